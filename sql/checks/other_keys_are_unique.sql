-- No two rows of the tables beside the main job have the same key.
-- says: rows repeat a key
-- severity: refuse
-- scope: dataset
-- remedy: Remove the duplicate rows.

with

keyed as (
    select
        'fund_weights' as table_name,
        fund_weights.fund_id as first_id,
        fund_weights.security_id as second_id,
        fund_weights.as_of_on as key_on
    from staging.fund_weights
    union all
    select
        'fund_fund_holdings' as table_name,
        fund_fund_holdings.fund_id as first_id,
        fund_fund_holdings.held_name as second_id,
        fund_fund_holdings.as_of_on as key_on
    from staging.fund_fund_holdings
    union all
    select
        'manager_holdings' as table_name,
        manager_holdings.manager_id as first_id,
        manager_holdings.security_id as second_id,
        manager_holdings.as_of_on as key_on
    from staging.manager_holdings
    union all
    select
        'security_identifiers' as table_name,
        security_identifiers.scheme as first_id,
        security_identifiers.value as second_id,
        security_identifiers.valid_from_on as key_on
    from staging.security_identifiers
    union all
    select
        'coin_prices' as table_name,
        coin_prices.coin as first_id,
        null as second_id,
        coin_prices.priced_on as key_on
    from staging.coin_prices
    union all
    select
        'treasuries' as table_name,
        treasuries.issuer_id as first_id,
        treasuries.coin as second_id,
        treasuries.as_of_on as key_on
    from staging.treasuries
    union all
    select
        'asset_pools' as table_name,
        asset_pools.pool_id as first_id,
        null as second_id,
        asset_pools.as_of_on as key_on
    from staging.asset_pools
    union all
    select
        'index_shares' as table_name,
        index_shares.provider_id as first_id,
        index_shares.security_id as second_id,
        index_shares.effective_on as key_on
    from staging.index_shares
    union all
    select
        'index_parents' as table_name,
        index_parents.index_id as first_id,
        index_parents.parent_id as second_id,
        null as key_on
    from staging.index_parents
    union all
    select
        'trade_conventions' as table_name,
        trade_conventions.provider_id as first_id,
        null as second_id,
        null as key_on
    from staging.trade_conventions
    union all
    select
        'pair_errors' as table_name,
        pair_errors.pair_id as first_id,
        pair_errors.size_class as second_id,
        null as key_on
    from staging.pair_errors
    union all
    select
        'published_estimates' as table_name,
        published_estimates.estimate_id as first_id,
        null as second_id,
        null as key_on
    from staging.published_estimates
),

repeated as (
    select
        keyed.table_name,
        keyed.first_id,
        keyed.second_id,
        keyed.key_on,
        count(*) as rows_count
    from keyed
    group by keyed.table_name, keyed.first_id, keyed.second_id, keyed.key_on
    having count(*) > 1
)

select
    repeated.table_name as subject,
    concat_ws(
        ' ', repeated.first_id, repeated.second_id, repeated.key_on, 'stands',
        repeated.rows_count, 'times'
    ) as fact
from repeated
