-- Net assets of a fund on a day; never counts as a report.
-- grain: fund_id, as_of_on
-- units: net_assets_usd in US dollars

with

fund_net_assets as (
    select * from raw.fund_net_assets
)

select
    fund_net_assets.fund_id,
    cast(fund_net_assets.as_of_on as date) as as_of_on,
    cast(fund_net_assets.net_assets_usd as double) as net_assets_usd,
    fund_net_assets.basis,
    fund_net_assets.source
from fund_net_assets
