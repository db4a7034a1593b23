-- Coins, balance sheets and coin prices are finite and not negative; coin prices are above zero.
-- says: balance sheets or coin prices are negative or not finite
-- severity: refuse
-- scope: screen
-- remedy: Correct the rows named; an unknown amount is left empty.

with

column_names as (
    select 'units' as column_name
    union all
    select 'digital_assets_usd' as column_name
    union all
    select 'total_assets_usd' as column_name
    union all
    select 'cash_usd' as column_name
    union all
    select 'debt_usd' as column_name
),

measures as (
    select
        treasuries.issuer_id,
        treasuries.as_of_on,
        treasuries.coin,
        column_names.column_name,
        case column_names.column_name
            when 'units' then treasuries.units
            when 'digital_assets_usd' then treasuries.digital_assets_usd
            when 'total_assets_usd' then treasuries.total_assets_usd
            when 'cash_usd' then treasuries.cash_usd
            else treasuries.debt_usd
        end as measure
    from staging.treasuries
    cross join column_names
)

select
    concat_ws(' ', measures.issuer_id, measures.as_of_on, measures.coin) as subject,
    concat_ws(' ', measures.column_name, measures.measure) as fact
from measures
where measures.measure < 0 or measures.measure > 1e300
union all
select
    concat_ws(' ', coin_prices.coin, coin_prices.priced_on) as subject,
    concat_ws(' ', 'close_usd', coalesce(coin_prices.close_usd::string, 'unknown')) as fact
from staging.coin_prices
where
    coin_prices.close_usd <= 0
    or coin_prices.close_usd > 1e300
    or coin_prices.close_usd is null
