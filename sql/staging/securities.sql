-- Listed share classes.
-- grain: security_id
-- units: float_shares in shares; unlisted_shares in shares

with

securities as (
    select * from raw.securities
)

select
    securities.security_id,
    securities.ticker,
    securities.security_name,
    securities.issuer_id,
    securities.share_class,
    securities.country,
    securities.currency,
    cast(securities.shares_outstanding as double) as shares_outstanding,
    cast(securities.float_shares as double) as float_shares,
    cast(securities.unlisted_shares as double) as unlisted_shares,
    cast(securities.shares_on as date) as shares_on,
    securities.basis,
    securities.source
from securities
