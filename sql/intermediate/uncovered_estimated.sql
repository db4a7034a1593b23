-- Tracked-AUM estimate per index: what trackers that are not covered would hold, from the assets
-- said to track the index less the net assets read, at the index weight, scaled by how fully the
-- covered funds replicate the index. Null where it cannot be computed, with the reason.
-- grain: index_id, security_id
-- units: _usd in US dollars; _shares in shares of the as-of day; weight_ratio a ratio (0-1);
--   replication_ratio observed shares per full-replication share
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

indices as (
    select * from staging.indices
),

assumed_pools as (
    select * from scenario.assumed_pools
),

funds_read as (
    select * from intermediate.funds_read
),

holdings_summed as (
    select * from intermediate.holdings_summed
),

prices as (
    select * from intermediate.prices_asked
),

split_intervals as (
    select * from intermediate.split_intervals
),

priced as (
    select
        memberships_selected.index_id,
        memberships_selected.security_id,
        max_by(prices.close_usd, prices.priced_on) as close_usd
    from memberships_selected
    inner join prices
        on
            memberships_selected.security_id = prices.security_id
            and prices.priced_on <= memberships_selected.as_of_on
    where memberships_selected.weight_ratio is not null
    group by memberships_selected.index_id, memberships_selected.security_id
),

-- assets that track an index, of the question where it gives some
assumed_assets as (
    select
        assumed_pools.index_id,
        max(assumed_pools.amount_central_usd) as tracked_aum_usd
    from assumed_pools
    where assumed_pools.has_known_funds and assumed_pools.index_id = assumed_pools.density_index_id
    group by assumed_pools.index_id
),

tracked as (
    select
        indices.index_id,
        coalesce(assumed_assets.tracked_aum_usd, indices.tracked_aum_usd) as tracked_aum_usd,
        case
            when assumed_assets.tracked_aum_usd is not null then assumptions.facts_until_on
            else indices.tracked_aum_on
        end as tracked_aum_on
    from indices
    cross join assumptions
    left join assumed_assets on indices.index_id = assumed_assets.index_id
),

gathered as (
    select
        memberships_selected.index_id,
        memberships_selected.security_id,
        memberships_selected.provider_id,
        memberships_selected.weight_ratio,
        memberships_selected.as_of_on as weight_on,
        tracked.tracked_aum_usd,
        tracked.tracked_aum_on,
        tracked.tracked_aum_on > assumptions.facts_until_on as is_aum_later,
        coalesce(funds_read.funds_read_count, 0) as funds_read_count,
        coalesce(funds_read.funds_unsized_count, 0) as funds_unsized_count,
        coalesce(funds_read.net_assets_usd, 0) as net_assets_usd,
        least(
            memberships_selected.as_of_on, tracked.tracked_aum_on, funds_read.net_assets_from_on
        ) as earliest_on,
        greatest(
            memberships_selected.as_of_on, tracked.tracked_aum_on, funds_read.net_assets_until_on
        ) as latest_on,
        coalesce(holdings_summed.observed_shares, 0) as observed_shares,
        priced.close_usd / split_intervals.split_ratio as close_usd
    from memberships_selected
    cross join assumptions
    inner join tracked on memberships_selected.index_id = tracked.index_id
    inner join split_intervals
        on
            memberships_selected.security_id = split_intervals.security_id
            and split_intervals.is_price_basis
    left join funds_read on memberships_selected.index_id = funds_read.index_id
    left join holdings_summed
        on
            memberships_selected.index_id = holdings_summed.index_id
            and memberships_selected.security_id = holdings_summed.security_id
    left join priced
        on
            memberships_selected.index_id = priced.index_id
            and memberships_selected.security_id = priced.security_id
),

judged as (
    select
        gathered.index_id,
        gathered.security_id,
        gathered.provider_id,
        gathered.weight_ratio,
        gathered.weight_on,
        gathered.tracked_aum_usd,
        gathered.tracked_aum_on,
        gathered.funds_read_count,
        gathered.net_assets_usd,
        gathered.observed_shares,
        gathered.close_usd,
        gathered.earliest_on,
        gathered.latest_on,
        gathered.net_assets_usd * gathered.weight_ratio / gathered.close_usd as replication_shares,
        case
            when gathered.tracked_aum_usd is null then 'no tracked AUM in the data'
            when gathered.tracked_aum_on is null then 'the date of the tracked AUM is unknown'
            when gathered.is_aum_later then 'the tracked AUM is dated after the as-of date'
            when gathered.weight_ratio is null then 'no index weight in the data'
            when gathered.close_usd is null then 'no price on the date of the index weight'
            when gathered.funds_unsized_count > 0 then 'net assets of a covered fund are unknown'
            when gathered.latest_on > gathered.earliest_on + interval '120' day
                then 'tracked AUM, net assets and weight lie more than 120 days apart'
            when gathered.net_assets_usd > gathered.tracked_aum_usd
                then 'the covered funds are larger than the tracked AUM'
            when gathered.funds_read_count > 0 and gathered.net_assets_usd * gathered.weight_ratio = 0
                then 'the covered funds have no net assets or the weight is zero'
        end as not_estimated_reason
    from gathered
),

replicated as (
    select
        judged.index_id,
        judged.security_id,
        judged.provider_id,
        judged.weight_ratio,
        judged.weight_on,
        judged.tracked_aum_usd,
        judged.tracked_aum_on,
        judged.funds_read_count,
        judged.net_assets_usd,
        judged.observed_shares,
        judged.close_usd,
        judged.earliest_on,
        judged.latest_on,
        judged.not_estimated_reason,
        case
            when judged.not_estimated_reason is not null then null
            when judged.funds_read_count = 0 then 1e0
            else judged.observed_shares / judged.replication_shares
        end as replication_ratio,
        case
            when judged.not_estimated_reason is null
                then judged.tracked_aum_usd - judged.net_assets_usd
        end as uncovered_usd
    from judged
)

select
    replicated.index_id,
    replicated.security_id,
    replicated.provider_id,
    replicated.weight_ratio,
    replicated.weight_on,
    replicated.tracked_aum_usd,
    replicated.tracked_aum_on,
    replicated.earliest_on,
    replicated.latest_on,
    replicated.funds_read_count,
    replicated.net_assets_usd,
    replicated.observed_shares,
    replicated.replication_ratio,
    replicated.uncovered_usd,
    replicated.uncovered_usd * replicated.replication_ratio * replicated.weight_ratio
    / replicated.close_usd as uncovered_shares,
    replicated.not_estimated_reason
from replicated
