-- Identifiers of the securities. The first day of validity was not looked up: 1900-01-01 stands
-- for "always", hence basis inferred; a ticker used by another company before is not told apart.
-- grain: scheme, value, valid_from_on
-- units: none
with

identifiers as (
    select
        'isin' as scheme,
        security_id as value,
        security_id,
        source
    from sources.securities
    -- where no ISIN was found, the key is MIC:TICKER
    where security_id not like '%:%'
    union all
    select
        'cusip' as scheme,
        cusip as value,
        security_id,
        source
    from sources.securities
    where cusip is not null
    union all
    select
        'ticker+mic' as scheme,
        exchange_mic || ':' || ticker as value,
        security_id,
        source
    from sources.securities
    where exchange_mic is not null
    union all
    select
        'lei' as scheme,
        lei as value,
        security_id,
        source
    from sources.issuer_leis
)

select
    scheme,
    value,
    '1900-01-01' as valid_from_on,
    security_id,
    null as valid_to_on,
    'inferred' as basis,
    source
from identifiers
