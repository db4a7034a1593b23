-- The filings of one N-PORT source: who reports, for which day, filed when. The fund is the series,
-- else (a unit trust) the registrant, else the filing itself. Notices of late filing (NT NPORT-P)
-- list nothing and are no reports.
-- grain: accession
-- units: net_assets_usd in US dollars
-- kind: table

with

submissions as (
    select * from nport.submissions
),

registrants as (
    select * from nport.registrants
),

infos as (
    select * from nport.infos
),

hints as (
    select * from nport.hints
),

dated as (
    select
        submissions.accession_number as accession,
        submissions.sub_type,
        coalesce(hints.as_of_on, report_days.day) as as_of_on,
        filing_days.day as published_on,
        submissions.report_date as stated_report_date,
        hints.fund_id as hinted_fund_id
    from submissions
    left join nport.days as report_days on submissions.report_date = report_days.text
    left join nport.days as filing_days on submissions.filing_date = filing_days.text
    cross join hints
)

select
    dated.accession,
    coalesce(dated.sub_type, 'NPORT-P') as form,
    coalesce(
        dated.hinted_fund_id,
        infos.series_id,
        registrants.cik,
        'accession:' || dated.accession
    ) as fund_id,
    coalesce(infos.series_name, registrants.registrant_name) as fund_name,
    coalesce(registrants.registrant_name, 'unknown') as manager_name,
    infos.series_id,
    dated.as_of_on,
    dated.published_on,
    coalesce(dated.sub_type like '%/A', false) as is_amendment,
    nport.number(infos.net_assets) as net_assets_usd,
    case
        when dated.as_of_on is null and dated.stated_report_date is null
            then 'report_date_missing'
        when dated.as_of_on is null then 'report_date_not_a_date'
        -- it is tomorrow somewhere before it is here
        when dated.as_of_on > least(coalesce(dated.published_on, current_date), current_date + 1)
            then 'report_date_in_the_future'
    end as refusal,
    coalesce(cast(dated.as_of_on as varchar), dated.stated_report_date) as refused_value
from dated
left join registrants on dated.accession = registrants.accession_number
left join infos on dated.accession = infos.accession_number
where coalesce(dated.sub_type, 'NPORT-P') not like 'NT%'
order by dated.accession nulls first
