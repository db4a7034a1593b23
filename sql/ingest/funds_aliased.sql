-- Reports of funds that state a CIK or a ticker under which the index funds know them.
-- grain: report_id
-- units: fund_id the one by which the index funds know it
-- kind: view

with

reports as (
    select * from parsed.reports
),

aliases as (
    select
        ingest.index_funds.sec_cik as alias,
        ingest.index_funds.fund_id
    from ingest.index_funds
    union
    select
        ingest.index_funds.fund_ticker as alias,
        ingest.index_funds.fund_id
    from ingest.index_funds
)

select
    reports.report_id,
    aliases.fund_id
from reports
inner join aliases on reports.fund_id = aliases.alias
where
    reports.holder = 'fund'
    and not exists (
        select 1
        from data.funds
        where data.funds.fund_id = reports.fund_id
    )
