-- Which of the reports read replace what the dataset has: of one fund and day a full listing before
-- an excerpt, then the newest filing, an amendment before what it amends. Another day is another
-- report: an old day amended late never shadows a newer day.
-- grain: report_id
-- units: net_assets_usd in US dollars
-- kind: table

with

reports as (
    select * from parsed.reports
),

existing as (
    select
        fund_reports.*,
        coalesce(regexp_extract(fund_reports.source, '\d{10}-\d{2}-\d{6}'), '') as accession,
        coalesce(fund_reports.source like '%NPORT-P/A%', false) as is_amendment
    from data.fund_reports as fund_reports
),

ranked as (
    select
        reports.*,
        row_number() over (
            partition by
                reports.holder, reports.fund_id, reports.as_of_on,
                case when reports.is_addition then reports.report_id end
            order by
                reports.holdings_scope desc,
                reports.published_on desc nulls last,
                reports.is_amendment desc,
                reports.accession desc nulls last,
                reports.report_id desc
        ) as preference_rank
    from reports
    where reports.refusal is null
)

select
    ranked.report_id,
    ranked.holder,
    ranked.is_addition,
    ranked.file_name,
    ranked.file_digest,
    ranked.accession,
    ranked.fund_id,
    ranked.fund_name,
    ranked.manager_name,
    ranked.vehicle,
    ranked.domicile,
    ranked.as_of_on,
    ranked.published_on,
    ranked.holdings_scope,
    ranked.is_amendment,
    ranked.net_assets_usd,
    ranked.basis,
    ranked.source
from ranked
left join existing
    on
        ranked.holder = 'fund'
        and ranked.fund_id = existing.fund_id
        and ranked.as_of_on = existing.as_of_on
where
    ranked.preference_rank = 1
    and (
        existing.fund_id is null
        or ranked.holdings_scope > existing.holdings_scope
        or (
            ranked.holdings_scope = existing.holdings_scope
            and (
                coalesce(ranked.published_on, date '0001-01-01'),
                ranked.is_amendment,
                coalesce(ranked.accession, '')
            ) >= (
                coalesce(existing.published_on, date '0001-01-01'),
                existing.is_amendment,
                existing.accession
            )
        )
    )
