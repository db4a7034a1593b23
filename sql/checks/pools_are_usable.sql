-- Every pool has its ends in order and exposures between 0 and 1; a size is known whole or not at all.
-- says: pools have sizes or exposures that cannot be
-- severity: refuse
-- scope: question
-- remedy: Correct the rows named: low, central and high in that order, exposures as ratios (0.6 is 60 %).

with

asset_pools as (
    select * from staging.asset_pools
),

judged as (
    select
        asset_pools.pool_id,
        asset_pools.as_of_on,
        case
            when
                asset_pools.amount_low_usd > asset_pools.amount_central_usd
                or asset_pools.amount_central_usd > asset_pools.amount_high_usd
                then concat_ws(
                    ' ', 'sizes out of order:', asset_pools.amount_low_usd,
                    asset_pools.amount_central_usd, asset_pools.amount_high_usd
                )
            when
                asset_pools.exposure_low_ratio > asset_pools.exposure_central_ratio
                or asset_pools.exposure_central_ratio > asset_pools.exposure_high_ratio
                then concat_ws(
                    ' ', 'exposures out of order:', asset_pools.exposure_low_ratio,
                    asset_pools.exposure_central_ratio, asset_pools.exposure_high_ratio
                )
            when
                isnan(asset_pools.exposure_low_ratio + asset_pools.exposure_high_ratio)
                or asset_pools.exposure_low_ratio < 0
                or asset_pools.exposure_high_ratio > 1
                then concat_ws(
                    ' ', 'exposures outside 0 to 1:', asset_pools.exposure_low_ratio,
                    asset_pools.exposure_high_ratio
                )
            when
                isnan(asset_pools.amount_low_usd + asset_pools.amount_high_usd)
                or asset_pools.amount_low_usd < 0
                or asset_pools.amount_high_usd > 1e300
                then 'sizes negative or not finite'
            when
                asset_pools.amount_central_usd is not null
                and (
                    asset_pools.amount_low_usd is null
                    or asset_pools.amount_high_usd is null
                    or asset_pools.exposure_low_ratio is null
                    or asset_pools.exposure_central_ratio is null
                    or asset_pools.exposure_high_ratio is null
                )
                then 'a size without both ends or an exposure'
        end as fact
    from asset_pools
)

select
    concat_ws(' ', judged.pool_id, judged.as_of_on) as subject,
    judged.fact
from judged
where judged.fact is not null
