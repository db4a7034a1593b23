-- The own estimate of each fund whose position is known. L0: reported, or derived from a weight and
-- net assets. L1: the newest weight of a fund whose position is not known otherwise, times its net
-- assets nearest in time. Where they, or a close of the day, are unknown the row stays, without
-- figures and with the reason. A fund stands at one level only.
-- grain: provider_id, security_id, level_id, component_id
-- units: _shares in shares of the as-of day; amount_usd the fund's net assets in US dollars;
--   own_low_shares and own_high_shares how far the ends lie off by what is of this fund alone
-- kind: table of what is asked

with

assumptions as (
    select * from scenario.assumptions
),

funds as (
    select * from staging.funds
),

indices as (
    select * from staging.indices
),

fund_weights as (
    select * from staging.fund_weights
),

fund_reports as (
    select * from staging.fund_reports
),

net_assets_visible as (
    select * from intermediate.net_assets_visible
),

prices as (
    select * from intermediate.prices_asked
),

scenario_securities as (
    select * from scenario.securities
),

split_intervals as (
    select * from intermediate.split_intervals
),

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
),

full_reports as (
    select * from intermediate.full_reports
),

densities as (
    select * from intermediate.densities
),

today as (
    select
        assumptions.as_of_on,
        assumptions.known_on,
        assumptions.facts_until_on,
        assumptions.drift_ratio,
        extract(year from assumptions.as_of_on) * 365.25e0 + extract(doy from assumptions.as_of_on)
            as day_count
    from assumptions
),

-- reported positions have no error of their own, derived ones rest on a weight and on net assets
reported as (
    select
        holdings_of_trackers.provider_id,
        holdings_of_trackers.security_id,
        holdings_of_trackers.fund_id,
        holdings_of_trackers.fund_name,
        holdings_of_trackers.index_id,
        holdings_of_trackers.as_of_on,
        holdings_of_trackers.shares,
        holdings_of_trackers.basis,
        holdings_of_trackers.source,
        case
            when holdings_of_trackers.basis = 'derived'
                then coalesce(densities.own_error_ratio, 0)
                    + today.drift_ratio * sqrt(
                        greatest(
                            today.day_count
                            - extract(year from holdings_of_trackers.as_of_on) * 365.25e0
                            - extract(doy from holdings_of_trackers.as_of_on),
                            0
                        ) / 30.4375e0
                    )
            else 0e0
        end as own_error_ratio
    from holdings_of_trackers
    cross join today
    left join densities
        on
            holdings_of_trackers.index_id = densities.index_id
            and holdings_of_trackers.security_id = densities.security_id
            and holdings_of_trackers.fund_id = densities.origin_id
),

weighed as (
    select
        fund_weights.fund_id,
        fund_weights.security_id,
        fund_weights.as_of_on,
        fund_weights.weight_ratio,
        fund_weights.basis,
        fund_weights.source,
        row_number() over (
            partition by fund_weights.fund_id, fund_weights.security_id
            order by fund_weights.as_of_on desc
        ) as newest_rank
    from fund_weights
    cross join today
    left join fund_reports
        on
            fund_weights.fund_id = fund_reports.fund_id
            and fund_weights.as_of_on = fund_reports.as_of_on
    inner join scenario_securities on fund_weights.security_id = scenario_securities.security_id
    where
        fund_weights.as_of_on <= today.facts_until_on
        and (
            today.known_on is null
            or fund_reports.fund_id is null
            or fund_reports.published_on <= today.known_on
        )
),

weighed_alone as (
    select
        weighed.*,
        funds.fund_name,
        funds.index_id,
        indices.provider_id,
        extract(year from weighed.as_of_on) * 365.25e0 + extract(doy from weighed.as_of_on)
            as day_count,
        case
            when abs(round(weighed.weight_ratio, 4) - weighed.weight_ratio) < 1e-12 then 5e-5
            when abs(round(weighed.weight_ratio, 5) - weighed.weight_ratio) < 1e-12 then 5e-6
            when abs(round(weighed.weight_ratio, 6) - weighed.weight_ratio) < 1e-12 then 5e-7
            else 0e0
        end as half_unit_ratio
    from weighed
    inner join funds on weighed.fund_id = funds.fund_id
    inner join indices on funds.index_id = indices.index_id
    left join full_reports
        on weighed.fund_id = full_reports.fund_id and weighed.as_of_on < full_reports.as_of_on
    left join intermediate.holdings_of_trackers
        on
            weighed.fund_id = holdings_of_trackers.fund_id
            and weighed.security_id = holdings_of_trackers.security_id
    where
        weighed.newest_rank = 1
        and holdings_of_trackers.fund_id is null
        and full_reports.fund_id is null
),

weighed_closes as (
    select
        weighed_alone.fund_id,
        weighed_alone.security_id,
        max_by(prices.close_usd, prices.priced_on) as close_usd
    from weighed_alone
    inner join prices
        on
            weighed_alone.security_id = prices.security_id
            and weighed_alone.as_of_on >= prices.priced_on
            and prices.priced_on >= weighed_alone.as_of_on - interval '10' day
    group by weighed_alone.fund_id, weighed_alone.security_id
),

weighed_sizes as (
    select
        weighed_alone.fund_id,
        weighed_alone.security_id,
        net_assets_visible.net_assets_usd,
        abs(
            weighed_alone.day_count - extract(year from net_assets_visible.as_of_on) * 365.25e0
            - extract(doy from net_assets_visible.as_of_on)
        ) as gap_days,
        row_number() over (
            partition by weighed_alone.fund_id, weighed_alone.security_id
            order by
                abs(
                    weighed_alone.day_count - extract(year from net_assets_visible.as_of_on) * 365.25e0
                    - extract(doy from net_assets_visible.as_of_on)
                ),
                net_assets_visible.as_of_on desc
        ) as nearest_rank
    from weighed_alone
    inner join net_assets_visible on weighed_alone.fund_id = net_assets_visible.fund_id
),

by_weight as (
    select
        weighed_alone.provider_id,
        weighed_alone.security_id,
        weighed_alone.fund_id,
        weighed_alone.fund_name,
        weighed_alone.index_id,
        weighed_alone.as_of_on,
        weighed_alone.weight_ratio,
        weighed_sizes.net_assets_usd,
        weighed_alone.half_unit_ratio,
        weighed_sizes.net_assets_usd / weighed_closes.close_usd * split_intervals.split_ratio
            as full_shares,
        today.drift_ratio * sqrt(
            (
                weighed_sizes.gap_days
                + greatest(today.day_count - weighed_alone.day_count, 0)
            ) / 30.4375e0
        ) as timing_ratio,
        case
            when weighed_sizes.net_assets_usd is null then 'net assets of the fund unknown'
            when weighed_closes.close_usd is null then 'no close on the day of the weight'
        end as missing_reason,
        weighed_alone.basis,
        weighed_alone.source
    from weighed_alone
    cross join today
    inner join split_intervals
        on
            weighed_alone.security_id = split_intervals.security_id
            and split_intervals.is_price_basis
    left join weighed_sizes
        on
            weighed_alone.fund_id = weighed_sizes.fund_id
            and weighed_alone.security_id = weighed_sizes.security_id
            and weighed_sizes.nearest_rank = 1
    left join weighed_closes
        on
            weighed_alone.fund_id = weighed_closes.fund_id
            and weighed_alone.security_id = weighed_closes.security_id
)

select
    reported.provider_id,
    reported.security_id,
    'L0' as level_id,
    reported.fund_id as component_id,
    reported.fund_name as component_name,
    reported.index_id,
    reported.as_of_on,
    cast(null as date) as density_on,
    cast(null as double) as amount_usd,
    cast(null as double) as weight_ratio,
    cast(null as double) as density_shares,
    cast(null as double) as exposure_ratio,
    cast(null as double) as known_exposure_usd,
    cast(null as string) as pair_kind,
    reported.shares as central_shares,
    reported.shares as common_low_shares,
    reported.shares as common_high_shares,
    reported.own_error_ratio * reported.shares as own_low_shares,
    reported.own_error_ratio * reported.shares as own_high_shares,
    cast(null as string) as missing_reason,
    reported.basis,
    reported.source
from reported
union all
select
    by_weight.provider_id,
    by_weight.security_id,
    'L1' as level_id,
    by_weight.fund_id as component_id,
    by_weight.fund_name as component_name,
    by_weight.index_id,
    by_weight.as_of_on,
    by_weight.as_of_on as density_on,
    by_weight.net_assets_usd as amount_usd,
    by_weight.weight_ratio,
    cast(null as double) as density_shares,
    cast(null as double) as exposure_ratio,
    cast(null as double) as known_exposure_usd,
    cast(null as string) as pair_kind,
    by_weight.weight_ratio * by_weight.full_shares as central_shares,
    by_weight.weight_ratio * by_weight.full_shares as common_low_shares,
    by_weight.weight_ratio * by_weight.full_shares as common_high_shares,
    least(
        by_weight.weight_ratio,
        sqrt(
            by_weight.half_unit_ratio * by_weight.half_unit_ratio
            + by_weight.weight_ratio * by_weight.weight_ratio
            * by_weight.timing_ratio * by_weight.timing_ratio
        )
    ) * by_weight.full_shares as own_low_shares,
    sqrt(
        by_weight.half_unit_ratio * by_weight.half_unit_ratio
        + by_weight.weight_ratio * by_weight.weight_ratio
        * by_weight.timing_ratio * by_weight.timing_ratio
    ) * by_weight.full_shares as own_high_shares,
    by_weight.missing_reason,
    'derived' as basis,
    by_weight.source
from by_weight
