-- Listed share classes.
-- grain: security_id
-- units: shares_outstanding and float_shares in shares of the listed class, unlisted_shares of the
--   others
select
    security_id,
    ticker,
    security_name,
    issuer_id,
    share_class,
    country,
    currency,
    shares_outstanding,
    float_shares,
    unlisted_shares,
    shares_as_of_on as shares_on,
    basis,
    source
from sources.securities
