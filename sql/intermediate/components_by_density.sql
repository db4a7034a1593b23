-- The own estimate of money whose positions are not known, each dollar at the density of an index.
-- L2: funds that are not covered, by the density of their own index. L3: assets that track the
-- provider beyond the funds known, by the density of the pool's index. Where an amount is unknown
-- the row stays, without figures and with the reason. Left out is a fund whose position is known, a
-- pool that is part of one counted, and one that is a fund counted already.
-- grain: provider_id, security_id, level_id, component_id
-- units: _usd in US dollars; _shares in shares of the as-of day (density_shares per million US
--   dollars); exposure_ratio of a pool 0-1; common_low_shares and common_high_shares the ends by
--   what parts share; own_low_shares and own_high_shares how far they lie off by what is of this
--   fund alone

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

pair_bands as (
    select * from intermediate.pair_bands
),

full_reports as (
    select * from intermediate.full_reports
),

net_assets_selected as (
    select * from intermediate.net_assets_selected
),

densities as (
    select * from intermediate.densities
),

prices_selected as (
    select * from intermediate.prices_selected
),

pools_selected as (
    select * from intermediate.pools_selected
),

today as (
    select
        assumptions.drift_ratio,
        extract(year from assumptions.as_of_on) * 365.25e0 + extract(doy from assumptions.as_of_on)
            as day_count
    from assumptions
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
    left join intermediate.components_by_position
        on
            funds.fund_id = components_by_position.component_id
            and dense.security_id = components_by_position.security_id
    where full_reports.fund_id is null and components_by_position.component_id is null
),

main_pools as (
    select
        pools_selected.pool_id,
        pools_selected.density_index_id
    from pools_selected
),

main_dense as (
    select
        dense.index_id,
        dense.security_id
    from dense
),

pooled as (
    select
        pools_selected.provider_id,
        dense.security_id,
        'L3' as level_id,
        pools_selected.pool_id as component_id,
        pools_selected.pool_name as component_name,
        pools_selected.density_index_id as index_id,
        pools_selected.as_of_on as assets_on,
        pools_selected.amount_low_usd,
        pools_selected.amount_central_usd,
        pools_selected.amount_high_usd,
        pools_selected.exposure_low_ratio,
        pools_selected.exposure_central_ratio,
        pools_selected.exposure_high_ratio,
        pools_selected.has_known_funds,
        pools_selected.index_id as tracked_index_id,
        case
            when pools_selected.index_id = pools_selected.density_index_id then 'same-index'
            when indices.provider_id = pools_selected.provider_id then 'same-provider'
            else 'other-provider'
        end as pair_kind,
        case when pools_selected.amount_central_usd is null then 'size of the pool unknown' end
            as missing_reason,
        pools_selected.basis,
        pools_selected.source
    from pools_selected
    inner join dense on pools_selected.density_index_id = dense.index_id
    inner join indices on pools_selected.density_index_id = indices.index_id
    left join main_pools on pools_selected.within_pool_id = main_pools.pool_id
    left join main_dense
        on
            main_pools.density_index_id = main_dense.index_id
            and dense.security_id = main_dense.security_id
    left join intermediate.components_by_position
        on
            pools_selected.fund_id = components_by_position.component_id
            and dense.security_id = components_by_position.security_id
    left join unread
        on pools_selected.fund_id = unread.component_id and dense.security_id = unread.security_id
    where
        main_dense.security_id is null
        and components_by_position.component_id is null
        and unread.component_id is null
),

multiplied as (
    select
        unread.*,
        extract(year from unread.assets_on) * 365.25e0 + extract(doy from unread.assets_on)
            as assets_day_count
    from unread
    union all
    select
        pooled.*,
        extract(year from pooled.assets_on) * 365.25e0 + extract(doy from pooled.assets_on)
            as assets_day_count
    from pooled
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
                abs(densities.density_day_count - multiplied.assets_day_count)
                + greatest(
                    today.day_count
                    - greatest(densities.density_day_count, multiplied.assets_day_count),
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
                    abs(densities.density_day_count - multiplied.assets_day_count) / 30.4375e0
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
        coalesce(pair_bands.low_ratio, 1) as pair_low_ratio,
        coalesce(pair_bands.high_ratio, 1) as pair_high_ratio
    from matched
    left join prices_selected on matched.security_id = prices_selected.security_id
    left join pair_bands
        on
            matched.pair_kind = pair_bands.pair_kind
            and case
                when matched.density_shares / 1e6 * prices_selected.close_usd < 1e-4 then 'small'
                else 'large'
            end = pair_bands.size_class
    where matched.best_rank = 1
),

-- a sector or factor fund holds more of the security a dollar than the pool's index does: it takes
-- its dollars out of the pool, and at the low end all that its shares stand for
known as (
    select
        components_by_position.provider_id,
        components_by_position.security_id,
        components_by_position.index_id,
        components_by_position.central_shares as shares,
        case
            when components_by_position.level_id = 'L0' then net_assets_selected.net_assets_usd
            else components_by_position.amount_usd
        end as net_assets_usd
    from intermediate.components_by_position
    left join net_assets_selected
        on components_by_position.component_id = net_assets_selected.fund_id
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
)

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
