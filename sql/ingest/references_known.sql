-- The portfolios of funds known to track one index, in the reports taken and in the months of the
-- dataset beside them: one for each index and day, the one of most securities.
-- grain: index_id, as_of_on
-- units: securities_count in securities; value_usd in US dollars
-- kind: table

with

recognised as (
    select * from ingest.names_recognised
),

trackers as (
    select
        listed.fund_id,
        listed.index_id
    from ingest.index_funds as listed
    where listed.index_id is not null
    union
    select
        recognised.fund_id,
        recognised.index_id
    from recognised
    where recognised.is_one_index and recognised.confidence = 'high'
    union
    select
        settled.fund_id,
        settled.index_id
    from ingest.funds_settled as settled
    left join ingest.index_funds as listed on settled.fund_id = listed.fund_id
    where
        settled.index_id is not null
        and settled.index_id not like '%-other'
        and listed.fund_id is null
),

taken as (
    select
        trackers.index_id,
        trackers.fund_id,
        portfolios.as_of_on,
        portfolios.report_id,
        portfolios.securities_count,
        portfolios.equities_usd as value_usd
    from ingest.portfolios_taken as portfolios
    inner join trackers on portfolios.fund_id = trackers.fund_id
),

kept as (
    select
        trackers.index_id,
        held.fund_id,
        held.as_of_on,
        cast(null as bigint) as report_id,
        count(*) as securities_count,
        sum(held.value_usd) as value_usd
    from data.holdings_near as held
    inner join trackers on held.fund_id = trackers.fund_id
    inner join data.fund_reports as reports
        on
            held.fund_id = reports.fund_id
            and held.as_of_on = reports.as_of_on
            and reports.holdings_scope = 'full'
    where
        held.value_usd > 0
        and not exists (
            select 1 from ingest.reports_taken as again
            where again.fund_id = held.fund_id and again.as_of_on = held.as_of_on
        )
    group by trackers.index_id, held.fund_id, held.as_of_on
    having count(*) >= 30
),

found as (
    select * from taken
    union all by name
    select * from kept
),

ranked as (
    select
        found.*,
        row_number() over (
            partition by found.index_id, found.as_of_on
            order by found.securities_count desc, found.value_usd desc, found.fund_id asc
        ) as size_rank
    from found
)

select
    ranked.index_id,
    ranked.fund_id,
    ranked.as_of_on,
    ranked.report_id,
    ranked.securities_count,
    ranked.value_usd
from ranked
where ranked.size_rank = 1
