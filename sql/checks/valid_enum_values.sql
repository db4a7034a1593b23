-- Scopes, denominators and targets hold values of the contract.
-- says: columns hold values outside the contract
-- severity: refuse
-- scope: question
-- remedy: Use the values that 'flowrisk tables' lists for the column.

with

worded as (
    select
        'fund_reports.holdings_scope' as column_name,
        fund_reports.holdings_scope as word
    from staging.fund_reports
    where
        fund_reports.holdings_scope is null
        or fund_reports.holdings_scope not in ('full', 'excerpt')
    union all
    select
        'tracking_ratios.denominator' as column_name,
        tracking_ratios.denominator as word
    from staging.tracking_ratios
    where
        tracking_ratios.denominator is null
        or tracking_ratios.denominator
        not in ('index_shares', 'float_shares', 'shares_outstanding')
    union all
    select
        'tracking_ratios.applies_to' as column_name,
        tracking_ratios.applies_to as word
    from staging.tracking_ratios
    where
        tracking_ratios.applies_to is null
        or tracking_ratios.applies_to not in ('security', 'index')
    union all
    select
        'tracking_ratios.basis' as column_name,
        tracking_ratios.basis as word
    from staging.tracking_ratios
    where
        tracking_ratios.basis
        not in ('reported', 'derived', 'inferred', 'calibrated', 'illustrative')
    union all
    select
        'asset_pools.vehicle' as column_name,
        asset_pools.vehicle as word
    from staging.asset_pools
    where
        asset_pools.vehicle is null
        or asset_pools.vehicle not in ('etf', 'fund', 'non_etf', 'separate_account')
    union all
    select
        'holdings.basis' as column_name,
        current_holdings.basis as word
    from intermediate.current_holdings
    where
        current_holdings.basis
        not in ('reported', 'derived', 'inferred', 'calibrated', 'illustrative')
)

select
    worded.column_name as subject,
    concat_ws(' ', 'has', coalesce(worded.word, 'no value')) as fact
from worded
