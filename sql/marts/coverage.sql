-- Coverage of each provider's index-tracking assets: funds and net assets, covered and not, and of
-- them those of indices known to hold a security of the basket, by a membership or by a position: the
-- others may hold none, and cover nothing.
-- grain: provider_id
-- units: _usd in US dollars, newest net assets of each fund; _ratio 0-1: of the covered fund whose
--   positions matched known securities least
-- example: select provider_id, funds_read_count, funds_count from marts.coverage

with

asked as (
    select * from scenario.securities
),

providers as (
    select * from staging.providers
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
),

holding as (
    select memberships_selected.index_id
    from memberships_selected
    inner join asked on memberships_selected.security_id = asked.security_id
    where asked.is_in_basket
    union
    select holdings_of_trackers.index_id
    from holdings_of_trackers
    inner join asked on holdings_of_trackers.security_id = asked.security_id
    where asked.is_in_basket
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
    count(holding.index_id) as holding_funds_count,
    sum(fund_coverage.net_assets_usd) filter (where holding.index_id is not null)
        as holding_net_assets_usd,
    sum(fund_coverage.net_assets_usd) filter (
        where holding.index_id is not null and fund_coverage.is_read
    ) as holding_net_assets_read_usd,
    min(fund_coverage.as_of_on) as oldest_report_on,
    max(fund_coverage.as_of_on) as newest_report_on,
    min(fund_coverage.matched_row_ratio) as lowest_matched_row_ratio,
    min(fund_coverage.matched_value_ratio) as lowest_matched_value_ratio
from providers
left join fund_coverage on providers.provider_id = fund_coverage.provider_id
left join holding on fund_coverage.index_id = holding.index_id
group by providers.provider_id, providers.provider_name
order by providers.provider_id nulls first
