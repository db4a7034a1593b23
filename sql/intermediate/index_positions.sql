-- What all trackers of a single index hold of a security, or would hold if it were a member: by a
-- ratio of the question where it gives one; of a member what was observed and estimated of its
-- trackers; of no member the assets that track the index times the density of its weight. One
-- position, sold where the index is left and bought where it is entered.
-- grain: index_id, security_id
-- units: _shares in shares of the as-of day; tracking_ratio a ratio (0-1)
-- kind: table

with

index_moves as (
    select * from scenario.index_moves
),

assumed_index_ratios as (
    select * from scenario.assumed_index_ratios
),

indices as (
    select * from staging.indices
),

securities_asked as (
    select * from intermediate.securities_asked
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

holdings_summed as (
    select * from intermediate.holdings_summed
),

components_estimated as (
    select * from intermediate.components_estimated
),

densities as (
    select * from intermediate.densities
),

pools_selected as (
    select * from intermediate.pools_selected
),

funds as (
    select * from staging.funds
),

moved as (
    select distinct index_moves.index_id
    from index_moves
),

-- a pool counts where its money tracks one index, its own or its fund's. One that tracks several
-- indices of the provider is no part of any of them, and of the index it is weighed by a gap is told
placed as (
    select
        components_estimated.*,
        case
            when components_estimated.level_id = 'L3'
                then coalesce(pools_selected.index_id, funds.index_id)
            else components_estimated.index_id
        end as own_index_id
    from components_estimated
    left join pools_selected on components_estimated.component_id = pools_selected.pool_id
    left join funds on pools_selected.fund_id = funds.fund_id
    where components_estimated.level_id <> 'X' and not components_estimated.is_conditional
),

-- of the other indices nothing is asked
placed_moved as (
    select placed.*
    from placed
    where coalesce(placed.own_index_id, placed.index_id) in (select moved.index_id from moved)
),

parts as (
    select
        placed_moved.own_index_id as index_id,
        placed_moved.security_id,
        sum(placed_moved.central_shares) as central_shares,
        -- by the density of another index, of which the security is a member
        sum(placed_moved.central_shares) filter (where placed_moved.own_index_id <> placed_moved.index_id)
            as implied_shares,
        count(*) filter (where placed_moved.level_id <> 'L0' and placed_moved.central_shares is not null)
            as estimated_count,
        min(concat_ws(': ', placed_moved.component_name, placed_moved.missing_reason))
        filter (where placed_moved.missing_reason is not null) as missing_reason
    from placed_moved
    where placed_moved.own_index_id is not null
    group by placed_moved.own_index_id, placed_moved.security_id
),

shared as (
    select
        placed_moved.index_id,
        placed_moved.security_id,
        min(placed_moved.component_name) as pool_name
    from placed_moved
    where placed_moved.own_index_id is null
    group by placed_moved.index_id, placed_moved.security_id
),

-- of several densities that of the question, else the newest
dense as (
    select
        densities.index_id,
        densities.security_id,
        densities.density_shares,
        densities.basis,
        row_number() over (
            partition by densities.index_id, densities.security_id
            order by
                case when densities.origin_id = 'yours' then 0 else 1 end,
                densities.density_on desc,
                densities.origin_id
        ) as newest_rank
    from densities
    where densities.index_id in (select moved.index_id from moved)
),

-- all assets that track one index, the funds of the dataset among them
tracked as (
    select
        pools_selected.index_id,
        max(pools_selected.amount_central_usd) as tracked_aum_usd
    from pools_selected
    where
        pools_selected.has_known_funds
        and pools_selected.index_id = pools_selected.density_index_id
    group by pools_selected.index_id
),

gathered as (
    select
        moved.index_id,
        indices.index_name,
        securities_asked.security_id,
        memberships_selected.index_id is not null or holdings_summed.index_id is not null
        or coalesce(parts.implied_shares > 0, false) as is_member,
        coalesce(holdings_summed.observed_shares, 0) as observed_shares,
        assumed_index_ratios.tracking_ratio,
        assumed_index_ratios.tracking_ratio * coalesce(
            memberships_selected.index_shares,
            securities_asked.float_shares,
            securities_asked.shares_outstanding
        ) as ratio_shares,
        parts.central_shares,
        parts.estimated_count,
        case
            when parts.missing_reason is not null then parts.missing_reason
            when shared.pool_name is not null
                then concat_ws(
                    ': ', shared.pool_name, 'of several indices, no part of it is counted here'
                )
        end as part_missing_reason,
        tracked.tracked_aum_usd,
        dense.density_shares,
        tracked.tracked_aum_usd / 1e6 * dense.density_shares as replication_shares
    from moved
    inner join indices on moved.index_id = indices.index_id
    cross join securities_asked
    left join memberships_selected
        on
            moved.index_id = memberships_selected.index_id
            and securities_asked.security_id = memberships_selected.security_id
    left join holdings_summed
        on
            moved.index_id = holdings_summed.index_id
            and securities_asked.security_id = holdings_summed.security_id
    left join assumed_index_ratios
        on
            moved.index_id = assumed_index_ratios.index_id
            and securities_asked.security_id = assumed_index_ratios.security_id
    left join parts
        on
            moved.index_id = parts.index_id
            and securities_asked.security_id = parts.security_id
    left join shared
        on
            moved.index_id = shared.index_id
            and securities_asked.security_id = shared.security_id
    left join dense
        on
            moved.index_id = dense.index_id
            and securities_asked.security_id = dense.security_id
            and dense.newest_rank = 1
    left join tracked on moved.index_id = tracked.index_id
),

chosen as (
    select
        gathered.*,
        case
            when gathered.ratio_shares > gathered.observed_shares then 'tracking-ratio'
            when gathered.is_member and gathered.estimated_count > 0 then 'model'
            when gathered.is_member then 'observed'
            when gathered.replication_shares is not null then 'tracked-aum'
            else 'membership-unknown'
        end as method
    from gathered
)

select
    chosen.index_id,
    chosen.index_name,
    chosen.security_id,
    chosen.is_member,
    chosen.observed_shares,
    chosen.tracking_ratio,
    chosen.method,
    case chosen.method
        when 'tracking-ratio' then chosen.ratio_shares
        when 'model' then chosen.central_shares
        when 'observed' then nullif(chosen.observed_shares, 0)
        when 'tracked-aum' then chosen.replication_shares
    end as position_shares,
    case
        when chosen.method in ('tracking-ratio', 'tracked-aum') then 'estimate'
        when chosen.method = 'model' and chosen.part_missing_reason is null then 'estimate'
        when chosen.method = 'model' or chosen.observed_shares > 0 then 'at_least'
        else 'unknown'
    end as bound,
    case
        when chosen.method = 'model' then chosen.part_missing_reason
        when chosen.method = 'observed' and chosen.part_missing_reason is not null
            then chosen.part_missing_reason
        when chosen.method = 'observed'
            then concat_ws(' ', chosen.index_name, 'beyond covered funds: no estimate')
        when chosen.method <> 'membership-unknown' then null
        when chosen.tracked_aum_usd is null and chosen.density_shares is null
            then concat_ws(
                ' ', chosen.index_name, 'has no tracked assets in the data, and no weight of the',
                'security: give --tracking-ratio, or --tracked-aum and --weight'
            )
        when chosen.density_shares is null
            then concat_ws(
                ' ', chosen.index_name, 'has no weight of the security in the data: give',
                '--tracking-ratio or --weight'
            )
        else concat_ws(
            ' ', chosen.index_name, 'has no tracked assets in the data: give --tracked-aum'
        )
    end as unknown_reason
from chosen
