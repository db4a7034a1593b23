-- Funds that the dataset lacks, known funds whose index only the table of index funds names, and
-- funds whose index was recognised, now or before; a table that names the fund overrules that.
-- grain: fund_id
-- units: none
-- kind: table

with

reports as (
    select * from ingest.reports_taken
),

funds as (
    select
        known.* exclude (index_id),
        settled.index_id,
        known.index_id is not null and settled.fund_id is null as is_recognised
    from data.funds as known
    left join ingest.funds_settled as settled on known.fund_id = settled.fund_id
),

index_funds as (
    select * from ingest.index_funds
),

matches as (
    select * from ingest.index_matches
),

newest as (
    select
        reports.fund_id,
        max_by(reports.fund_name, (reports.as_of_on, reports.report_id)) as fund_name,
        max_by(reports.manager_name, (reports.as_of_on, reports.report_id)) as manager_name,
        max_by(reports.vehicle, (reports.as_of_on, reports.report_id)) as vehicle,
        max_by(reports.domicile, (reports.as_of_on, reports.report_id)) as domicile,
        max_by(reports.source, (reports.as_of_on, reports.report_id)) as source
    from reports
    where reports.holder in ('fund', 'weights')
    group by reports.fund_id
)

select
    newest.fund_id,
    coalesce(
        funds.fund_name, newest.fund_name, index_funds.fund_name, newest.fund_id
    ) as fund_name,
    coalesce(
        funds.manager_name, index_funds.manager_name, newest.manager_name, 'unknown'
    ) as manager_name,
    coalesce(
        funds.index_id,
        case when index_funds.fund_id is null then matches.index_id else index_funds.index_id end
    ) as index_id,
    coalesce(funds.vehicle, index_funds.vehicle, newest.vehicle, 'unknown') as vehicle,
    coalesce(funds.domicile, newest.domicile, 'ZZ') as domicile,
    coalesce(index_funds.basis, matches.basis, funds.basis, 'inferred') as basis,
    coalesce(
        index_funds.source,
        matches.source,
        case when not funds.is_recognised then funds.source end,
        newest.source
    ) as source
from newest
left join funds on newest.fund_id = funds.fund_id
left join index_funds on newest.fund_id = index_funds.fund_id
left join matches on newest.fund_id = matches.fund_id
where
    funds.fund_id is null
    or funds.is_recognised
    or (funds.index_id is null and coalesce(index_funds.index_id, matches.index_id) is not null)
