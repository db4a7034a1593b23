-- Shares, prices and amounts are known, finite and not negative; prices and splits above zero.
-- says: shares, prices or amounts are unknown, negative or not finite
-- severity: refuse
-- scope: question
-- remedy: Correct the rows named; a short position is not a holding, an unknown one has no row.

with

holdings_unusable as (
    select
        concat_ws(' ', holdings_unusable.fund_id, holdings_unusable.as_of_on, holdings_unusable.security_id) as key_text,
        holdings_unusable.shares,
        holdings_unusable.market_value_usd
    from intermediate.holdings_unusable
),

unusable as (
    select
        'holdings' as table_name,
        holdings_unusable.key_text,
        'shares' as column_name,
        holdings_unusable.shares as measure
    from holdings_unusable
    where holdings_unusable.shares < 0 or holdings_unusable.shares > 1e300 or holdings_unusable.shares - holdings_unusable.shares != 0 or holdings_unusable.shares is null
    union all
    select
        'holdings' as table_name,
        holdings_unusable.key_text,
        'market_value_usd' as column_name,
        holdings_unusable.market_value_usd as measure
    from holdings_unusable
    where holdings_unusable.market_value_usd < 0 or holdings_unusable.market_value_usd > 1e300 or holdings_unusable.market_value_usd - holdings_unusable.market_value_usd != 0
    union all
    select
        'prices' as table_name,
        concat_ws(' ', prices_asked.security_id, prices_asked.priced_on) as key_text,
        'close_usd' as column_name,
        prices_asked.close_usd as measure
    from intermediate.prices_asked
    where prices_asked.close_usd <= 0 or prices_asked.close_usd > 1e300 or prices_asked.close_usd - prices_asked.close_usd != 0 or prices_asked.close_usd is null
    union all
    select
        'prices' as table_name,
        concat_ws(' ', prices_asked.security_id, prices_asked.priced_on) as key_text,
        'volume_shares' as column_name,
        prices_asked.volume_shares as measure
    from intermediate.prices_asked
    where prices_asked.volume_shares < 0 or prices_asked.volume_shares > 1e300 or prices_asked.volume_shares - prices_asked.volume_shares != 0
    union all
    select
        'securities' as table_name,
        securities.security_id as key_text,
        'shares_outstanding' as column_name,
        securities.shares_outstanding as measure
    from staging.securities
    where securities.shares_outstanding < 0 or securities.shares_outstanding > 1e300 or securities.shares_outstanding - securities.shares_outstanding != 0
    union all
    select
        'securities' as table_name,
        securities.security_id as key_text,
        'float_shares' as column_name,
        securities.float_shares as measure
    from staging.securities
    where securities.float_shares < 0 or securities.float_shares > 1e300 or securities.float_shares - securities.float_shares != 0
    union all
    select
        'share_counts' as table_name,
        concat_ws(' ', share_counts.security_id, share_counts.as_of_on) as key_text,
        'shares' as column_name,
        share_counts.shares as measure
    from staging.share_counts
    where share_counts.shares < 0 or share_counts.shares > 1e300 or share_counts.shares - share_counts.shares != 0 or share_counts.shares is null
    union all
    select
        'splits' as table_name,
        concat_ws(' ', splits.security_id, splits.effective_on) as key_text,
        'split_ratio' as column_name,
        splits.split_ratio as measure
    from staging.splits
    where splits.split_ratio <= 0 or splits.split_ratio > 1e300 or splits.split_ratio - splits.split_ratio != 0 or splits.split_ratio is null
    union all
    select
        'indices' as table_name,
        indices.index_id as key_text,
        'tracked_aum_usd' as column_name,
        indices.tracked_aum_usd as measure
    from staging.indices
    where indices.tracked_aum_usd < 0 or indices.tracked_aum_usd > 1e300 or indices.tracked_aum_usd - indices.tracked_aum_usd != 0
    union all
    select
        'indices' as table_name,
        indices.index_id as key_text,
        'index_market_cap_usd' as column_name,
        indices.index_market_cap_usd as measure
    from staging.indices
    where indices.index_market_cap_usd < 0 or indices.index_market_cap_usd > 1e300 or indices.index_market_cap_usd - indices.index_market_cap_usd != 0
    union all
    select
        'index_memberships' as table_name,
        concat_ws(' ', index_memberships.index_id, index_memberships.security_id) as key_text,
        'index_shares' as column_name,
        index_memberships.index_shares as measure
    from staging.index_memberships
    where index_memberships.index_shares < 0 or index_memberships.index_shares > 1e300 or index_memberships.index_shares - index_memberships.index_shares != 0
    union all
    select
        'index_shares' as table_name,
        concat_ws(' ', index_shares.provider_id, index_shares.security_id) as key_text,
        'index_shares' as column_name,
        index_shares.index_shares as measure
    from staging.index_shares
    where
        index_shares.index_shares < 0
        or index_shares.index_shares > 1e300
        or index_shares.index_shares - index_shares.index_shares != 0
        or index_shares.index_shares is null
    union all
    select
        'fund_net_assets' as table_name,
        concat_ws(' ', fund_net_assets.fund_id, fund_net_assets.as_of_on) as key_text,
        'net_assets_usd' as column_name,
        fund_net_assets.net_assets_usd as measure
    from staging.fund_net_assets
    where fund_net_assets.net_assets_usd < 0 or fund_net_assets.net_assets_usd > 1e300 or fund_net_assets.net_assets_usd - fund_net_assets.net_assets_usd != 0
)

select
    unusable.table_name as subject,
    concat_ws(
        ' ', unusable.key_text, 'has', unusable.column_name,
        coalesce(unusable.measure::string, 'unknown')
    ) as fact
from unusable
