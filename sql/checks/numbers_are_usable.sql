-- Shares, prices and amounts are known, finite and not negative.
-- says: shares, prices or amounts are unknown, negative or not finite
-- severity: refuse
-- scope: question
-- remedy: Correct the rows named; a short position is not a holding, an unknown one has no row.

with

asked as (
    select * from scenario.securities
),

measured as (
    select
        'holdings' as table_name,
        concat_ws(' ', holdings.fund_id, holdings.as_of_on, holdings.security_id) as key_text,
        'shares' as column_name,
        holdings.shares as measure
    from staging.holdings
    inner join asked on holdings.security_id = asked.security_id
    union all
    select
        'holdings' as table_name,
        concat_ws(' ', holdings.fund_id, holdings.as_of_on, holdings.security_id) as key_text,
        'market_value_usd' as column_name,
        coalesce(holdings.market_value_usd, 0) as measure
    from staging.holdings
    inner join asked on holdings.security_id = asked.security_id
    union all
    select
        'prices' as table_name,
        concat_ws(' ', prices.security_id, prices.priced_on) as key_text,
        'close_usd' as column_name,
        case when prices.close_usd = 0 then -1 else prices.close_usd end as measure
    from staging.prices
    inner join asked on prices.security_id = asked.security_id
    union all
    select
        'prices' as table_name,
        concat_ws(' ', prices.security_id, prices.priced_on) as key_text,
        'volume_shares' as column_name,
        coalesce(prices.volume_shares, 0) as measure
    from staging.prices
    inner join asked on prices.security_id = asked.security_id
    union all
    select
        'securities' as table_name,
        securities.security_id as key_text,
        'shares_outstanding' as column_name,
        coalesce(securities.shares_outstanding, 0) as measure
    from staging.securities
    union all
    select
        'securities' as table_name,
        securities.security_id as key_text,
        'float_shares' as column_name,
        coalesce(securities.float_shares, 0) as measure
    from staging.securities
    union all
    select
        'share_counts' as table_name,
        concat_ws(' ', share_counts.security_id, share_counts.as_of_on) as key_text,
        'shares' as column_name,
        share_counts.shares as measure
    from staging.share_counts
    union all
    select
        'splits' as table_name,
        concat_ws(' ', splits.security_id, splits.effective_on) as key_text,
        'split_ratio' as column_name,
        case when splits.split_ratio = 0 then -1 else splits.split_ratio end as measure
    from staging.splits
    union all
    select
        'fund_net_assets' as table_name,
        concat_ws(' ', fund_net_assets.fund_id, fund_net_assets.as_of_on) as key_text,
        'net_assets_usd' as column_name,
        case
            when isnan(fund_net_assets.net_assets_usd) then fund_net_assets.net_assets_usd
            else 0
        end as measure
    from staging.fund_net_assets
    union all
    select
        'indices' as table_name,
        indices.index_id as key_text,
        'tracked_aum_usd' as column_name,
        coalesce(indices.tracked_aum_usd, 0) as measure
    from staging.indices
)

select
    measured.table_name as subject,
    concat_ws(
        ' ', measured.key_text, 'has', measured.column_name,
        coalesce(measured.measure::varchar, 'unknown')
    ) as fact
from measured
where
    measured.measure is null
    or isnan(measured.measure)
    or measured.measure < 0
    or measured.measure > 1e300
