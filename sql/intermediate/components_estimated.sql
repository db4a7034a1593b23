-- The own estimate in its parts, each with its ends. L0: positions reported or derived. L1: positions
-- known by weight only. L2: funds that are not covered, by the density of their index. L3: assets
-- that track the provider beyond those funds, by the density of the pool's index. X: what mainly
-- passive managers filed, a cross-check of all providers, part of no sum. Published outflows are
-- never read here. A component is a fund, a pool or 'managers'; conditional where no membership says
-- that the provider's indices hold the security. No part passes the float (the shares outstanding
-- where it is unknown); is_limited_by_float where it would.
-- grain: provider_id, security_id, level_id, component_id
-- units: _shares in shares of the as-of day (density_shares per million US dollars); _usd in US
--   dollars; exposure_ratio of a pool 0-1; own_low_shares and own_high_shares how far the ends lie
--   off by what is of this fund alone, which adds as a root of squares; common_low_shares and
--   common_high_shares the ends by what parts share, which add as they stand
-- kind: table of what is asked

with

assumptions as (
    select * from scenario.assumptions
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

managers_selected as (
    select * from intermediate.managers_selected
),

components_by_position as (
    select * from intermediate.components_by_position
),

components_by_density as (
    select * from intermediate.components_by_density
),

securities_asked as (
    select * from intermediate.securities_asked
),

members as (
    select
        memberships_selected.provider_id,
        memberships_selected.security_id
    from memberships_selected
    group by memberships_selected.provider_id, memberships_selected.security_id
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
    select * from components_by_position
    union all
    select * from components_by_density
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
),

limited as (
    select
        gathered.*,
        case
            when gathered.central_shares is not null
                then greatest(gathered.common_low_shares - gathered.own_low_shares, 0)
        end as unlimited_low_shares,
        gathered.common_high_shares + gathered.own_high_shares as unlimited_high_shares,
        coalesce(securities_asked.float_shares, securities_asked.shares_outstanding)
            as limit_shares
    from gathered
    left join securities_asked on gathered.security_id = securities_asked.security_id
)

select
    limited.provider_id,
    limited.security_id,
    limited.level_id,
    limited.component_id,
    limited.component_name,
    limited.index_id,
    limited.as_of_on,
    limited.density_on,
    limited.amount_usd,
    limited.weight_ratio,
    limited.density_shares,
    limited.exposure_ratio,
    limited.known_exposure_usd,
    limited.pair_kind,
    case
        when limited.central_shares > limited.limit_shares then limited.limit_shares
        else limited.central_shares
    end as central_shares,
    limited.common_low_shares,
    limited.common_high_shares,
    limited.own_low_shares,
    limited.own_high_shares,
    case
        when limited.unlimited_low_shares > limited.limit_shares then limited.limit_shares
        else limited.unlimited_low_shares
    end as low_shares,
    case
        when limited.unlimited_high_shares > limited.limit_shares then limited.limit_shares
        else limited.unlimited_high_shares
    end as high_shares,
    coalesce(limited.unlimited_high_shares > limited.limit_shares, false) as is_limited_by_float,
    limited.limit_shares,
    limited.level_id in ('L2', 'L3') and members.security_id is null as is_conditional,
    limited.missing_reason,
    limited.basis,
    limited.source
from limited
left join members
    on
        limited.provider_id = members.provider_id
        and limited.security_id = members.security_id
