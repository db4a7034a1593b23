-- The ISIN that filers most often state beside a CUSIP, FIGI or SEDOL: it names the security of
-- those who state only the other.
-- grain: scheme, value
-- units: row_count in positions
-- kind: table

with

listed as (
    select * from ingest.identifiers_listed
),

checked as (
    select * from ingest.identifiers_checked
),

stated as (
    select
        'cusip' as scheme,
        listed.cusip as value,
        listed.isin,
        listed.row_count
    from listed
    where listed.cusip is not null and listed.isin is not null
    union all
    select
        'figi' as scheme,
        listed.figi as value,
        listed.isin,
        listed.row_count
    from listed
    where listed.figi is not null and listed.isin is not null
    union all
    select
        'sedol' as scheme,
        listed.sedol as value,
        listed.isin,
        listed.row_count
    from listed
    where listed.sedol is not null and listed.isin is not null
),

counted as (
    select
        stated.scheme,
        stated.value,
        stated.isin,
        sum(stated.row_count) as row_count
    from stated
    inner join checked on checked.scheme = 'isin' and stated.isin = checked.value
    group by stated.scheme, stated.value, stated.isin
),

ranked as (
    select
        counted.*,
        row_number() over (
            partition by counted.scheme, counted.value
            order by counted.row_count desc, counted.isin
        ) as preference_rank
    from counted
)

select
    ranked.scheme,
    ranked.value,
    ranked.isin,
    ranked.row_count
from ranked
where ranked.preference_rank = 1
