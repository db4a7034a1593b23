-- The newest net assets of each fund that a reader could know.
-- grain: fund_id
-- units: net_assets_usd in US dollars

with

net_assets_visible as (
    select * from intermediate.net_assets_visible
),

ranked as (
    select
        net_assets_visible.fund_id,
        net_assets_visible.as_of_on,
        net_assets_visible.net_assets_usd,
        row_number() over (
            partition by net_assets_visible.fund_id
            order by net_assets_visible.as_of_on desc
        ) as newest_rank
    from net_assets_visible
)

select
    ranked.fund_id,
    ranked.as_of_on,
    ranked.net_assets_usd
from ranked
where ranked.newest_rank = 1
