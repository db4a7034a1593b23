-- The own estimate in its parts. L0: positions reported or derived. L1: positions known by weight
-- only. L2: funds that are not covered, by the density of their index. L3: assets that track the
-- provider beyond those funds, by the density of the pool's index. A fund stands at one level only.
-- X: what mainly passive managers filed, a cross-check of all providers, part of no sum. A part that
-- cannot be computed keeps its row, without figures and with the reason. Published outflows are
-- never read here. A component is a fund, a pool or 'managers'.
-- grain: provider_id, security_id, level_id, component_id
-- units: _shares in shares of the as-of day (density_shares per million US dollars); _usd in US
--   dollars; exposure_ratio of a pool 0-1; own_low_shares and own_high_shares how far the ends lie
--   off by what is of this fund alone, which adds as a root of squares; common_low_shares and
--   common_high_shares the ends by what parts share, which add as they stand
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

assumed_pools as (
    select * from scenario.assumed_pools
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

fund_net_assets as (
    select * from staging.fund_net_assets
),

asset_pools as (
    select * from staging.asset_pools
),

pair_errors as (
    select * from staging.pair_errors
),

prices as (
    select * from staging.prices
),

scenario_securities as (
    select * from scenario.securities
),

split_intervals as (
    select * from intermediate.split_intervals
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
),

reports_visible as (
    select * from intermediate.reports_visible
),

net_assets_selected as (
    select * from intermediate.net_assets_selected
),

managers_selected as (
    select * from intermediate.managers_selected
),

densities as (
    select * from intermediate.densities
),

today as (
    select
        assumptions.as_of_on,
        assumptions.known_on,
        assumptions.drift_ratio,
        extract(year from assumptions.as_of_on) * 365.25e0 + extract(doy from assumptions.as_of_on)
            as day_count
    from assumptions
),

members as (
    select
        memberships_selected.provider_id,
        memberships_selected.security_id
    from memberships_selected
    group by memberships_selected.provider_id, memberships_selected.security_id
),

prices_selected as (
    select * from intermediate.prices_selected
),

-- how far one tracker's positions lie from what another's foretell, by kind of pair and size, every
-- pair with its number of positions
bands as (
    select
        pair_errors.pair_kind,
        pair_errors.size_class,
        sum(pair_errors.q05_ratio * pair_errors.members_count) / sum(pair_errors.members_count)
            as low_ratio,
        sum(pair_errors.q95_ratio * pair_errors.members_count) / sum(pair_errors.members_count)
            as high_ratio
    from pair_errors
    group by pair_errors.pair_kind, pair_errors.size_class
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

full_reports as (
    select
        reports_visible.fund_id,
        max(reports_visible.as_of_on) as as_of_on
    from reports_visible
    where reports_visible.holdings_scope = 'full'
    group by reports_visible.fund_id
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
    inner join scenario_securities on fund_weights.security_id = scenario_securities.security_id
    where
        fund_weights.as_of_on <= today.as_of_on
        and (today.known_on is null or fund_weights.as_of_on <= today.known_on)
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
    left join reported
        on weighed.fund_id = reported.fund_id and weighed.security_id = reported.security_id
    where weighed.newest_rank = 1 and reported.fund_id is null and full_reports.fund_id is null
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
        fund_net_assets.net_assets_usd,
        abs(
            weighed_alone.day_count - extract(year from fund_net_assets.as_of_on) * 365.25e0
            - extract(doy from fund_net_assets.as_of_on)
        ) as gap_days,
        row_number() over (
            partition by weighed_alone.fund_id, weighed_alone.security_id
            order by
                abs(
                    weighed_alone.day_count - extract(year from fund_net_assets.as_of_on) * 365.25e0
                    - extract(doy from fund_net_assets.as_of_on)
                ),
                fund_net_assets.as_of_on desc
        ) as nearest_rank
    from weighed_alone
    cross join today
    inner join fund_net_assets on weighed_alone.fund_id = fund_net_assets.fund_id
    where fund_net_assets.as_of_on <= today.as_of_on
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
),

dense as (
    select distinct
        densities.index_id,
        densities.security_id
    from densities
),

-- what money is multiplied by a density: funds that are not covered, and pools
unread as (
    select
        indices.provider_id,
        dense.security_id,
        'L2' as level_id,
        funds.fund_id as component_id,
        funds.fund_name as component_name,
        funds.index_id,
        net_assets_selected.as_of_on as assets_on,
        net_assets_selected.net_assets_usd as amount_low_usd,
        net_assets_selected.net_assets_usd as amount_central_usd,
        net_assets_selected.net_assets_usd as amount_high_usd,
        1e0 as exposure_low_ratio,
        1e0 as exposure_central_ratio,
        1e0 as exposure_high_ratio,
        false as has_known_funds,
        cast(null as string) as tracked_index_id,
        'same-index' as pair_kind,
        case
            when net_assets_selected.net_assets_usd is null then 'net assets of the fund unknown'
        end as missing_reason,
        funds.basis,
        funds.source
    from funds
    inner join indices on funds.index_id = indices.index_id
    inner join dense on funds.index_id = dense.index_id
    left join net_assets_selected on funds.fund_id = net_assets_selected.fund_id
    left join full_reports on funds.fund_id = full_reports.fund_id
    left join reported
        on funds.fund_id = reported.fund_id and dense.security_id = reported.security_id
    left join by_weight
        on funds.fund_id = by_weight.fund_id and dense.security_id = by_weight.security_id
    where
        full_reports.fund_id is null and reported.fund_id is null and by_weight.fund_id is null
),

pools_ranked as (
    select
        asset_pools.*,
        row_number() over (
            partition by asset_pools.pool_id
            order by asset_pools.as_of_on desc
        ) as newest_rank
    from asset_pools
    cross join today
    where
        asset_pools.as_of_on <= today.as_of_on
        and (
            today.known_on is null
            or coalesce(asset_pools.published_on, asset_pools.as_of_on) <= today.known_on
        )
),

pools as (
    select
        pools_ranked.pool_id,
        pools_ranked.provider_id,
        pools_ranked.pool_name,
        pools_ranked.as_of_on,
        pools_ranked.amount_low_usd,
        pools_ranked.amount_central_usd,
        pools_ranked.amount_high_usd,
        pools_ranked.exposure_low_ratio,
        pools_ranked.exposure_central_ratio,
        pools_ranked.exposure_high_ratio,
        pools_ranked.density_index_id,
        pools_ranked.index_id,
        pools_ranked.fund_id,
        pools_ranked.within_pool_id,
        pools_ranked.has_known_funds,
        pools_ranked.basis,
        pools_ranked.source
    from pools_ranked
    left join assumed_pools on pools_ranked.pool_id = assumed_pools.pool_id
    where pools_ranked.newest_rank = 1 and assumed_pools.pool_id is null
    union all
    select
        assumed_pools.pool_id,
        assumed_pools.provider_id,
        coalesce(pools_ranked.pool_name, assumed_pools.pool_id) as pool_name,
        today.as_of_on,
        assumed_pools.amount_low_usd,
        assumed_pools.amount_central_usd,
        assumed_pools.amount_high_usd,
        assumed_pools.exposure_low_ratio,
        assumed_pools.exposure_central_ratio,
        assumed_pools.exposure_high_ratio,
        assumed_pools.density_index_id,
        assumed_pools.index_id,
        pools_ranked.fund_id,
        pools_ranked.within_pool_id,
        assumed_pools.has_known_funds,
        'yours' as basis,
        'assumption of the question' as source
    from assumed_pools
    cross join today
    left join pools_ranked
        on assumed_pools.pool_id = pools_ranked.pool_id and pools_ranked.newest_rank = 1
    union all
    select
        concat('tracked:', indices.index_id) as pool_id,
        indices.provider_id,
        concat('assets said to track ', indices.index_name) as pool_name,
        indices.tracked_aum_on as as_of_on,
        indices.tracked_aum_usd as amount_low_usd,
        indices.tracked_aum_usd as amount_central_usd,
        indices.tracked_aum_usd as amount_high_usd,
        1e0 as exposure_low_ratio,
        1e0 as exposure_central_ratio,
        1e0 as exposure_high_ratio,
        indices.index_id as density_index_id,
        indices.index_id,
        cast(null as string) as fund_id,
        cast(null as string) as within_pool_id,
        true as has_known_funds,
        indices.basis,
        indices.source
    from indices
    cross join today
    where
        indices.tracked_aum_usd is not null
        and indices.tracked_aum_on <= today.as_of_on
        and (today.known_on is null or indices.tracked_aum_on <= today.known_on)
        and not exists (
            select 1
            from asset_pools
            where
                asset_pools.index_id = indices.index_id
                and asset_pools.has_known_funds
                and asset_pools.as_of_on <= today.as_of_on
        )
        and not exists (
            select 1
            from assumed_pools
            where assumed_pools.index_id = indices.index_id
        )
),

main_pools as (
    select
        pools.pool_id,
        pools.density_index_id
    from pools
),

main_dense as (
    select
        dense.index_id,
        dense.security_id
    from dense
),

pooled as (
    select
        pools.provider_id,
        dense.security_id,
        'L3' as level_id,
        pools.pool_id as component_id,
        pools.pool_name as component_name,
        pools.density_index_id as index_id,
        pools.as_of_on as assets_on,
        pools.amount_low_usd,
        pools.amount_central_usd,
        pools.amount_high_usd,
        pools.exposure_low_ratio,
        pools.exposure_central_ratio,
        pools.exposure_high_ratio,
        pools.has_known_funds,
        pools.index_id as tracked_index_id,
        case
            when pools.index_id = pools.density_index_id then 'same-index'
            when indices.provider_id = pools.provider_id then 'same-provider'
            else 'other-provider'
        end as pair_kind,
        case when pools.amount_central_usd is null then 'size of the pool unknown' end
            as missing_reason,
        pools.basis,
        pools.source
    from pools
    inner join dense on pools.density_index_id = dense.index_id
    inner join indices on pools.density_index_id = indices.index_id
    left join main_pools on pools.within_pool_id = main_pools.pool_id
    left join main_dense
        on
            main_pools.density_index_id = main_dense.index_id
            and dense.security_id = main_dense.security_id
    left join reported
        on pools.fund_id = reported.fund_id and dense.security_id = reported.security_id
    left join by_weight
        on pools.fund_id = by_weight.fund_id and dense.security_id = by_weight.security_id
    left join unread
        on pools.fund_id = unread.component_id and dense.security_id = unread.security_id
    where
        main_dense.security_id is null
        and reported.fund_id is null
        and by_weight.fund_id is null
        and unread.component_id is null
),

multiplied as (
    select * from unread
    union all
    select * from pooled
),

-- of several densities the one with the smallest error: its own, and the months between its day,
-- that of the assets and the as-of day
matched as (
    select
        multiplied.*,
        densities.origin_id,
        densities.density_on,
        densities.density_shares,
        densities.own_error_ratio as density_error_ratio,
        today.drift_ratio * sqrt(
            (
                abs(
                    densities.density_day_count - extract(year from multiplied.assets_on) * 365.25e0
                    - extract(doy from multiplied.assets_on)
                )
                + greatest(
                    today.day_count - greatest(
                        densities.density_day_count,
                        extract(year from multiplied.assets_on) * 365.25e0
                        + extract(doy from multiplied.assets_on)
                    ),
                    0
                )
            ) / 30.4375e0
        ) as timing_ratio,
        row_number() over (
            partition by
                multiplied.provider_id, multiplied.security_id, multiplied.level_id,
                multiplied.component_id
            order by
                case when densities.origin_id = 'yours' then 0 else 1 end,
                densities.own_error_ratio + today.drift_ratio * sqrt(
                    abs(
                        densities.density_day_count
                        - extract(year from multiplied.assets_on) * 365.25e0
                        - extract(doy from multiplied.assets_on)
                    ) / 30.4375e0
                ),
                densities.net_assets_usd desc nulls last,
                densities.origin_id
        ) as best_rank
    from multiplied
    cross join today
    inner join densities
        on
            multiplied.index_id = densities.index_id
            and multiplied.security_id = densities.security_id
),

banded as (
    select
        matched.*,
        coalesce(bands.low_ratio, 1) as pair_low_ratio,
        coalesce(bands.high_ratio, 1) as pair_high_ratio
    from matched
    left join prices_selected on matched.security_id = prices_selected.security_id
    left join bands
        on
            matched.pair_kind = bands.pair_kind
            and case
                when matched.density_shares / 1e6 * prices_selected.close_usd < 1e-4 then 'small'
                else 'large'
            end = bands.size_class
    where matched.best_rank = 1
),

-- a sector or factor fund holds more of the security a dollar than the pool's index does: it takes
-- its dollars out of the pool, and at the low end all that its shares stand for
known as (
    select
        reported.provider_id,
        reported.security_id,
        reported.index_id,
        reported.shares,
        net_assets_selected.net_assets_usd
    from reported
    left join net_assets_selected on reported.fund_id = net_assets_selected.fund_id
    union all
    select
        by_weight.provider_id,
        by_weight.security_id,
        by_weight.index_id,
        by_weight.weight_ratio * by_weight.full_shares as shares,
        by_weight.net_assets_usd
    from by_weight
    union all
    select
        banded.provider_id,
        banded.security_id,
        banded.index_id,
        banded.amount_central_usd * banded.density_shares / 1e6 as shares,
        banded.amount_central_usd as net_assets_usd
    from banded
    where banded.level_id = 'L2'
),

exposed as (
    select
        banded.provider_id,
        banded.security_id,
        banded.component_id,
        sum(
            least(
                known.shares / banded.density_shares * 1e6,
                coalesce(known.net_assets_usd, known.shares / banded.density_shares * 1e6)
            )
        ) as known_exposure_usd,
        sum(known.shares / banded.density_shares * 1e6) as known_exposure_high_usd
    from banded
    inner join known
        on
            banded.provider_id = known.provider_id
            and banded.security_id = known.security_id
            and coalesce(banded.tracked_index_id, known.index_id) = known.index_id
    where banded.level_id = 'L3' and banded.has_known_funds
    group by banded.provider_id, banded.security_id, banded.component_id
),

by_density as (
    select
        banded.*,
        case when banded.level_id = 'L3' then coalesce(exposed.known_exposure_usd, 0) end
            as known_exposure_usd,
        case
            when banded.amount_central_usd is not null
                then greatest(
                    banded.amount_central_usd * banded.exposure_central_ratio
                    - coalesce(exposed.known_exposure_usd, 0),
                    0
                ) * banded.density_shares / 1e6
        end as central_shares,
        case
            when banded.amount_central_usd is not null
                then greatest(
                    banded.amount_low_usd * banded.exposure_low_ratio
                    - coalesce(exposed.known_exposure_high_usd, 0),
                    0
                ) * banded.density_shares / 1e6
        end as factor_low_shares,
        case
            when banded.amount_central_usd is not null
                then greatest(
                    banded.amount_high_usd * banded.exposure_high_ratio
                    - coalesce(exposed.known_exposure_usd, 0),
                    0
                ) * banded.density_shares / 1e6
        end as factor_high_shares
    from banded
    left join exposed
        on
            banded.provider_id = exposed.provider_id
            and banded.security_id = exposed.security_id
            and banded.component_id = exposed.component_id
            and banded.level_id = 'L3'
),

filed as (
    select
        managers_selected.security_id,
        sum(managers_selected.scaled_shares) as shares,
        max(managers_selected.as_of_on) as as_of_on,
        count(*) as managers_count
    from managers_selected
    where managers_selected.vintage = 'known' and managers_selected.is_index_heavy
    group by managers_selected.security_id
),

gathered as (
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
    union all
    select
        by_density.provider_id,
        by_density.security_id,
        by_density.level_id,
        by_density.component_id,
        by_density.component_name,
        by_density.index_id,
        by_density.assets_on as as_of_on,
        by_density.density_on,
        by_density.amount_central_usd as amount_usd,
        cast(null as double) as weight_ratio,
        by_density.density_shares,
        by_density.exposure_central_ratio as exposure_ratio,
        by_density.known_exposure_usd,
        by_density.pair_kind,
        by_density.central_shares,
        case
            when by_density.level_id = 'L2'
                then by_density.central_shares * by_density.pair_low_ratio
            else by_density.factor_low_shares * by_density.pair_low_ratio
                * greatest(1 - by_density.timing_ratio - by_density.density_error_ratio, 0)
        end as common_low_shares,
        case
            when by_density.level_id = 'L2'
                then by_density.central_shares * by_density.pair_high_ratio
            else by_density.factor_high_shares * by_density.pair_high_ratio
                * (1 + by_density.timing_ratio + by_density.density_error_ratio)
        end as common_high_shares,
        case
            when by_density.level_id = 'L2'
                then by_density.central_shares
                    * least(by_density.timing_ratio + by_density.density_error_ratio, 1)
            when by_density.central_shares is not null then 0e0
        end as own_low_shares,
        case
            when by_density.level_id = 'L2'
                then by_density.central_shares
                    * (by_density.timing_ratio + by_density.density_error_ratio)
            when by_density.central_shares is not null then 0e0
        end as own_high_shares,
        by_density.missing_reason,
        by_density.basis,
        by_density.source
    from by_density
    union all
    select
        'all' as provider_id,
        filed.security_id,
        'X' as level_id,
        'managers' as component_id,
        concat_ws(' ', filed.managers_count, 'mainly passive managers') as component_name,
        cast(null as string) as index_id,
        filed.as_of_on,
        cast(null as date) as density_on,
        cast(null as double) as amount_usd,
        cast(null as double) as weight_ratio,
        cast(null as double) as density_shares,
        assumptions.manager_central_ratio as exposure_ratio,
        cast(null as double) as known_exposure_usd,
        cast(null as string) as pair_kind,
        filed.shares * assumptions.manager_central_ratio as central_shares,
        filed.shares * assumptions.manager_low_ratio as common_low_shares,
        filed.shares * assumptions.manager_high_ratio as common_high_shares,
        0e0 as own_low_shares,
        0e0 as own_high_shares,
        cast(null as string) as missing_reason,
        'derived' as basis,
        'SEC Form 13F of mainly passive managers, scaled by share counts' as source
    from filed
    cross join assumptions
)

select
    gathered.provider_id,
    gathered.security_id,
    gathered.level_id,
    gathered.component_id,
    gathered.component_name,
    gathered.index_id,
    gathered.as_of_on,
    gathered.density_on,
    gathered.amount_usd,
    gathered.weight_ratio,
    gathered.density_shares,
    gathered.exposure_ratio,
    gathered.known_exposure_usd,
    gathered.pair_kind,
    gathered.central_shares,
    gathered.common_low_shares,
    gathered.common_high_shares,
    gathered.own_low_shares,
    gathered.own_high_shares,
    case
        when gathered.central_shares is not null
            then greatest(gathered.common_low_shares - gathered.own_low_shares, 0)
    end as low_shares,
    gathered.common_high_shares + gathered.own_high_shares as high_shares,
    gathered.level_id in ('L2', 'L3') and members.security_id is null as is_conditional,
    gathered.missing_reason,
    gathered.basis,
    gathered.source
from gathered
left join members
    on
        gathered.provider_id = members.provider_id
        and gathered.security_id = members.security_id
