-- The positions of a report are worth no more than the fund's net assets of its day and 5 %.
-- says: positions of a fund are worth more than its net assets
-- severity: warn
-- scope: dataset
-- remedy: Give the net assets of the whole fund, all share classes, in US dollars.

with

positions_summed as (
    select * from intermediate.positions_summed
),

fund_reports as (
    select * from staging.fund_reports
),

fund_net_assets as (
    select * from staging.fund_net_assets
)

select
    positions_summed.fund_id as subject,
    concat_ws(
        ' ', 'on', positions_summed.as_of_on, 'positions of', positions_summed.market_value_usd, 'USD, net assets',
        fund_net_assets.net_assets_usd
    ) as fact
from positions_summed
inner join fund_net_assets
    on
        positions_summed.fund_id = fund_net_assets.fund_id
        and positions_summed.as_of_on = fund_net_assets.as_of_on
where
    positions_summed.market_value_usd > 1.05 * fund_net_assets.net_assets_usd
    and exists (
        select 1
        from fund_reports
        where
            fund_reports.fund_id = positions_summed.fund_id
            and fund_reports.as_of_on = positions_summed.as_of_on
    )
