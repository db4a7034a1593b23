-- Coins, balance sheets and coin prices are finite and not negative; coin prices are above zero.
-- What is held through funds or contracts says through which, and fits into the total assets.
-- says: balance sheets or coin prices are negative, not finite or do not fit
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
    union all
    select 'preferred_usd' as column_name
    union all
    select 'indirect_digital_assets_usd' as column_name
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
            when 'debt_usd' then treasuries.debt_usd
            when 'preferred_usd' then treasuries.preferred_usd
            else treasuries.indirect_digital_assets_usd
        end as measure
    from staging.treasuries
    cross join column_names
)

select
    concat_ws(' ', treasuries.issuer_id, treasuries.as_of_on, treasuries.coin) as subject,
    concat_ws(
        ' ', 'indirect_digital_assets_usd', treasuries.indirect_digital_assets_usd,
        'through', coalesce(treasuries.indirect_holding_kind, 'nothing named'),
        'beside digital assets of', coalesce(treasuries.digital_assets_usd::string, 'unknown'),
        'and total assets of', coalesce(treasuries.total_assets_usd::string, 'unknown')
    ) as fact
from staging.treasuries
where
    (
        treasuries.indirect_digital_assets_usd > 0
        and treasuries.indirect_holding_kind is null
    )
    or (
        treasuries.digital_assets_usd <= treasuries.total_assets_usd
        and treasuries.digital_assets_usd + treasuries.indirect_digital_assets_usd
        > treasuries.total_assets_usd
    )
union all
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
