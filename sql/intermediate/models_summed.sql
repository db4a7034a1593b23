-- The own estimate of each provider: the sum of its parts. What parts share (float and inclusion of
-- an index family, density, exposure, size of a pool) adds as it stands; what is of one fund alone
-- (digits of a weight, net assets, days between) adds as a root of squares. Never below what was
-- reported, never above the float. Conditional parts and the cross-check are left out.
-- grain: provider_id, security_id
-- units: _shares in shares of the as-of day; is_complete true where a pool says what lies beyond the
--   funds known and no pool lacks its size
-- kind: table

with

components_estimated as (
    select * from intermediate.components_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

summed as (
    select
        components_estimated.provider_id,
        components_estimated.security_id,
        sum(components_estimated.central_shares) as central_shares,
        sum(components_estimated.common_low_shares) as common_low_shares,
        sum(components_estimated.common_high_shares) as common_high_shares,
        sqrt(
            sum(components_estimated.own_low_shares * components_estimated.own_low_shares)
        ) as own_low_shares,
        sqrt(
            sum(components_estimated.own_high_shares * components_estimated.own_high_shares)
        ) as own_high_shares,
        coalesce(
            sum(components_estimated.low_shares)
            filter (where components_estimated.level_id = 'L0'),
            0
        ) as floor_shares,
        count(*) filter (
            where
            components_estimated.level_id <> 'L0'
            and components_estimated.central_shares is not null
        ) as estimated_count,
        count(*) filter (
            where
            components_estimated.level_id = 'L3'
            and components_estimated.central_shares is not null
        ) as pools_count,
        count(*) filter (
            where
            components_estimated.level_id = 'L3'
            and components_estimated.missing_reason is not null
        ) as missing_pools_count,
        min(
            concat_ws(
                ': ', components_estimated.component_name, components_estimated.missing_reason
            )
        ) filter (where components_estimated.missing_reason is not null) as missing_reason
    from components_estimated
    where components_estimated.level_id <> 'X' and not components_estimated.is_conditional
    group by components_estimated.provider_id, components_estimated.security_id
),

limited as (
    select
        summed.*,
        coalesce(securities_asked.float_shares, securities_asked.shares_outstanding) as limit_shares
    from summed
    inner join securities_asked on summed.security_id = securities_asked.security_id
)

select
    limited.provider_id,
    limited.security_id,
    least(
        greatest(limited.common_low_shares - limited.own_low_shares, limited.floor_shares),
        coalesce(limited.limit_shares, limited.central_shares)
    ) as low_shares,
    least(limited.central_shares, coalesce(limited.limit_shares, limited.central_shares))
        as central_shares,
    least(
        limited.common_high_shares + limited.own_high_shares,
        coalesce(limited.limit_shares, limited.common_high_shares + limited.own_high_shares)
    ) as high_shares,
    limited.common_low_shares,
    limited.common_high_shares,
    limited.own_low_shares,
    limited.own_high_shares,
    limited.floor_shares,
    limited.limit_shares,
    coalesce(limited.common_high_shares + limited.own_high_shares > limited.limit_shares, false)
        as is_limited_by_float,
    limited.estimated_count,
    limited.pools_count > 0 and limited.missing_pools_count = 0 as is_complete,
    case
        when limited.missing_reason is not null then limited.missing_reason
        when limited.pools_count = 0 then 'no pool says what lies beyond the funds known'
    end as missing_reason
from limited
where limited.central_shares is not null
