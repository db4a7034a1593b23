-- Coverage of each provider's index-tracking assets: funds and net assets, covered and not.
-- grain: provider_id
-- units: _usd in US dollars, newest net assets of each fund; _ratio 0-1: of the covered fund whose
--   positions matched known securities least
-- example: select provider_id, funds_read_count, funds_count from marts.coverage

with

providers as (
    select * from staging.providers
),

fund_coverage as (
    select * from marts.fund_coverage
)

select
    providers.provider_id,
    providers.provider_name,
    count(fund_coverage.fund_id) as funds_count,
    count(*) filter (where fund_coverage.is_read) as funds_read_count,
    count(*) filter (where fund_coverage.is_stale) as funds_stale_count,
    count(*) filter (
        where fund_coverage.fund_id is not null and fund_coverage.net_assets_usd is null
    ) as funds_unsized_count,
    sum(fund_coverage.net_assets_usd) as net_assets_usd,
    sum(fund_coverage.net_assets_usd) filter (where fund_coverage.is_read)
        as net_assets_read_usd,
    min(fund_coverage.as_of_on) as oldest_report_on,
    max(fund_coverage.as_of_on) as newest_report_on,
    min(fund_coverage.matched_row_ratio) as lowest_matched_row_ratio,
    min(fund_coverage.matched_value_ratio) as lowest_matched_value_ratio
from providers
left join fund_coverage on providers.provider_id = fund_coverage.provider_id
group by providers.provider_id, providers.provider_name
order by providers.provider_id nulls first
