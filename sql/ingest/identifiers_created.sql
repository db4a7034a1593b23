-- Identifiers that the positions state and the dataset lacks. An ISIN, CUSIP, FIGI or SEDOL is
-- never reassigned, so it holds from the start of time, or from the day after its last known use.
-- Tickers are reassigned: a listing stated of a security with an ISIN is learnt for that day only.
-- grain: scheme, value, valid_from_on
-- units: none
-- kind: table

with

resolved as (
    select * from ingest.identifiers_resolved
),

known as (
    select * from ingest.identifiers_dated
),

stated as (
    select
        unnest(['cusip', 'isin', 'figi', 'sedol']) as scheme,
        unnest([resolved.cusip, resolved.isin, resolved.figi, resolved.sedol]) as value,
        resolved.security_id,
        resolved.row_count
    from resolved
    where
        resolved.security_id is not null
        and not resolved.is_contradictory
        and resolved.row_count > 0
),

counted as (
    select
        stated.scheme,
        stated.value,
        stated.security_id,
        sum(stated.row_count) as row_count
    from stated
    where stated.value is not null
    group by stated.scheme, stated.value, stated.security_id
    union all
    select
        'isin' as scheme,
        created.security_id as value,
        created.security_id,
        0 as row_count
    from ingest.securities_created as created
    where length(created.security_id) = 12 and created.security_id not like '%:%'
),

ranked as (
    select
        counted.scheme,
        counted.value,
        counted.security_id,
        row_number() over (
            partition by counted.scheme, counted.value
            order by counted.row_count desc, counted.security_id
        ) as preference_rank
    from counted
),

listings as (
    select
        resolved.mic || ':' || resolved.ticker as value,
        min((resolved.as_of_on, resolved.security_id)) as first_stated
    from resolved
    where
        resolved.mic is not null
        and resolved.mic != 'US'
        and resolved.ticker is not null
        and resolved.security_id not like '%:%'
        and resolved.row_count > 0
        and not resolved.is_contradictory
        and not exists (
            select 1
            from known
            where known.scheme = 'ticker+mic' and known.value = resolved.mic || ':' || resolved.ticker
        )
    group by resolved.mic || ':' || resolved.ticker
),

ended as (
    select
        known.scheme,
        known.value,
        count(*) filter (where known.valid_to_on is null) as open_count,
        max(known.valid_to_on) as valid_to_on
    from known
    group by known.scheme, known.value
)

select
    ranked.scheme,
    ranked.value,
    case
        when ended.valid_to_on is null then date '1900-01-01'
        else cast(ended.valid_to_on + interval 1 day as date)
    end as valid_from_on,
    ranked.security_id,
    cast(null as date) as valid_to_on,
    'inferred' as basis,
    (select origins.source from ingest.origins) as source
from ranked
left join ended on ranked.scheme = ended.scheme and ranked.value = ended.value
where ranked.preference_rank = 1 and coalesce(ended.open_count, 0) = 0
union all
select
    'ticker+mic' as scheme,
    listings.value,
    listings.first_stated[1] as valid_from_on,
    listings.first_stated[2] as security_id,
    listings.first_stated[1] as valid_to_on,
    'inferred' as basis,
    (select origins.source from ingest.origins) as source
from listings
