-- Every identifier the dataset knows, with the days it holds; a security's own ISIN always counts, and
-- so does the exchange and ticker that one without ISIN is kept under.
-- grain: scheme, value, valid_from_on
-- units: none
-- kind: table

with

-- what the user's reference files say is known, and stays theirs
identifiers as (
    select
        dated.scheme,
        dated.value,
        dated.security_id,
        dated.valid_from_on,
        dated.valid_to_on
    from ingest.identifiers_dated as dated
    union
    select
        overlaid.scheme,
        overlaid.value,
        overlaid.security_id,
        overlaid.valid_from_on,
        overlaid.valid_to_on
    from overlaid.security_identifiers as overlaid
    semi join overlaid.security_ids as named on overlaid.security_id = named.security_id
),

securities as (
    select * from overlaid.securities
)

select
    identifiers.scheme,
    identifiers.value,
    identifiers.security_id,
    identifiers.valid_from_on,
    identifiers.valid_to_on
from identifiers
union all
select
    'isin' as scheme,
    securities.security_id as value,
    securities.security_id,
    date '1900-01-01' as valid_from_on,
    cast(null as date) as valid_to_on
from securities
where
    length(securities.security_id) = 12
    and not exists (
        select 1
        from identifiers
        where identifiers.scheme = 'isin' and identifiers.value = securities.security_id
    )
union all
select
    'ticker+mic' as scheme,
    securities.security_id as value,
    securities.security_id,
    date '1900-01-01' as valid_from_on,
    cast(null as date) as valid_to_on
from securities
where
    regexp_full_match(securities.security_id, '([A-Z0-9]{4}|US):.+')
    and not exists (
        select 1
        from identifiers
        where
            identifiers.scheme = 'ticker+mic'
            and identifiers.value = securities.security_id
    )
