-- How many shares of a security a dollar in an index holds: from each fund of the index whose
-- position and net assets are known, from the index weight over the close of its day, and from a
-- weight of the question. Each with its own error: days between position and net assets, and the
-- digits the weight was printed with. The origin is a fund_id, 'weight' or 'yours'.
-- grain: index_id, security_id, origin_id
-- units: density_shares in shares of the as-of day per million US dollars; net_assets_usd in US
--   dollars, null where a weight speaks for the index; own_error_ratio half the width of the 90 %
--   range over the density; density_day_count days since year 0
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

assumed_weights as (
    select * from scenario.assumed_weights
),

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

net_assets_visible as (
    select * from intermediate.net_assets_visible
),

prices as (
    select * from intermediate.prices_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

split_intervals as (
    select * from intermediate.split_intervals
),

-- a weight printed with n digits lies within half a unit of the last, fewer than four as four
weights as (
    select
        memberships_selected.index_id,
        memberships_selected.security_id,
        memberships_selected.as_of_on,
        memberships_selected.weight_ratio,
        memberships_selected.basis,
        memberships_selected.source,
        case
            when abs(round(memberships_selected.weight_ratio, 4) - memberships_selected.weight_ratio)
                < 1e-12 then 5e-5
            when abs(round(memberships_selected.weight_ratio, 5) - memberships_selected.weight_ratio)
                < 1e-12 then 5e-6
            when abs(round(memberships_selected.weight_ratio, 6) - memberships_selected.weight_ratio)
                < 1e-12 then 5e-7
            else 0e0
        end / memberships_selected.weight_ratio as rounding_ratio
    from memberships_selected
    where memberships_selected.weight_ratio > 0
),

priced as (
    select
        weights.index_id,
        weights.security_id,
        max_by(prices.close_usd, prices.priced_on) as close_usd
    from weights
    inner join prices
        on
            weights.security_id = prices.security_id
            and weights.as_of_on >= prices.priced_on
            and prices.priced_on >= weights.as_of_on - interval '10' day
    group by weights.index_id, weights.security_id
),

sized as (
    select
        holdings_of_trackers.index_id,
        holdings_of_trackers.security_id,
        holdings_of_trackers.fund_id,
        holdings_of_trackers.as_of_on,
        holdings_of_trackers.shares,
        holdings_of_trackers.basis,
        holdings_of_trackers.source,
        net_assets_visible.net_assets_usd,
        extract(year from holdings_of_trackers.as_of_on) * 365.25e0
        + extract(doy from holdings_of_trackers.as_of_on) as density_day_count,
        abs(
            extract(year from holdings_of_trackers.as_of_on) * 365.25e0
            + extract(doy from holdings_of_trackers.as_of_on)
            - extract(year from net_assets_visible.as_of_on) * 365.25e0
            - extract(doy from net_assets_visible.as_of_on)
        ) as gap_days,
        net_assets_visible.as_of_on as net_assets_on
    from holdings_of_trackers
    inner join net_assets_visible on holdings_of_trackers.fund_id = net_assets_visible.fund_id
    where net_assets_visible.net_assets_usd > 0
),

nearest as (
    select
        sized.*,
        row_number() over (
            partition by sized.fund_id, sized.security_id
            order by sized.gap_days, sized.net_assets_on desc
        ) as nearest_rank
    from sized
)

select
    nearest.index_id,
    nearest.security_id,
    nearest.fund_id as origin_id,
    nearest.as_of_on as density_on,
    nearest.density_day_count,
    nearest.shares / nearest.net_assets_usd * 1e6 as density_shares,
    nearest.net_assets_usd,
    assumptions.drift_ratio * sqrt(nearest.gap_days / 30.4375e0)
    + case
        when nearest.basis = 'derived' and weights.as_of_on = nearest.as_of_on
            then weights.rounding_ratio
        else 0e0
    end as own_error_ratio,
    nearest.basis,
    nearest.source
from nearest
cross join assumptions
left join weights
    on nearest.index_id = weights.index_id and nearest.security_id = weights.security_id
where nearest.nearest_rank = 1
union all
select
    weights.index_id,
    weights.security_id,
    'weight' as origin_id,
    weights.as_of_on as density_on,
    extract(year from weights.as_of_on) * 365.25e0 + extract(doy from weights.as_of_on)
        as density_day_count,
    weights.weight_ratio / priced.close_usd * split_intervals.split_ratio * 1e6 as density_shares,
    cast(null as double) as net_assets_usd,
    weights.rounding_ratio as own_error_ratio,
    weights.basis,
    weights.source
from weights
inner join priced
    on weights.index_id = priced.index_id and weights.security_id = priced.security_id
inner join split_intervals
    on weights.security_id = split_intervals.security_id and split_intervals.is_price_basis
union all
select
    assumed_weights.index_id,
    assumed_weights.security_id,
    'yours' as origin_id,
    assumptions.as_of_on as density_on,
    extract(year from assumptions.as_of_on) * 365.25e0 + extract(doy from assumptions.as_of_on)
        as density_day_count,
    assumed_weights.weight_ratio / prices_selected.close_usd * 1e6 as density_shares,
    cast(null as double) as net_assets_usd,
    0e0 as own_error_ratio,
    'yours' as basis,
    'assumption of the question' as source
from assumed_weights
cross join assumptions
inner join prices_selected on assumed_weights.security_id = prices_selected.security_id
