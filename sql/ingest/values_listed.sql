-- Every identifier that a position states, with the country stated beside it.
-- grain: scheme, value, country
-- units: none

with

listed as (
    select * from ingest.identifiers_listed
),

stated as (
    select distinct
        unnest(['cusip', 'isin', 'figi', 'sedol']) as scheme,
        unnest([listed.cusip, listed.isin, listed.figi, listed.sedol]) as value,
        listed.country
    from listed
)

select
    stated.scheme,
    stated.value,
    stated.country
from stated
where stated.value is not null
