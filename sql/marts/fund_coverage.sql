-- Every fund known to track an index: covered or not, how old, how large. A fund that is not covered
-- is unknown, never empty.
-- grain: fund_id
-- units: net_assets_usd in US dollars on net_assets_on; matched ratios 0-1, null where the
--   report was not read by ingest
-- example: select fund_name, net_assets_usd from marts.fund_coverage where not is_read

with

funds as (
    select * from staging.funds
),

indices as (
    select * from staging.indices
),

reports_selected as (
    select * from intermediate.reports_selected
),

net_assets_selected as (
    select * from intermediate.net_assets_selected
)

select
    funds.fund_id,
    indices.provider_id,
    indices.index_id,
    funds.fund_name,
    funds.manager_name,
    reports_selected.fund_id is not null as is_read,
    reports_selected.as_of_on,
    reports_selected.holdings_scope,
    reports_selected.is_stale,
    reports_selected.matched_row_ratio,
    reports_selected.matched_value_ratio,
    net_assets_selected.net_assets_usd,
    net_assets_selected.as_of_on as net_assets_on
from funds
inner join indices on funds.index_id = indices.index_id
left join reports_selected on funds.fund_id = reports_selected.fund_id
left join net_assets_selected on funds.fund_id = net_assets_selected.fund_id
order by indices.provider_id nulls first, net_assets_selected.net_assets_usd desc nulls last,
    funds.fund_id nulls first
