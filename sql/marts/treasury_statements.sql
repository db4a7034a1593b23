-- The balance sheet each issuer is assessed on, coin by coin, with the price of the coin on the
-- day of the statement (at most seven days older) and the newest one by the as-of date.
-- grain: issuer_id, coin
-- units: units in coins; _usd in US dollars, coin prices a coin
-- example: select issuer_id, as_of_on, digital_assets_usd from marts.treasury_statements

with

assumptions as (
    select * from scenario.assumptions
),

treasuries_selected as (
    select * from intermediate.treasuries_selected
),

coin_prices as (
    select * from staging.coin_prices
),

statement_days as (
    select
        treasuries_selected.issuer_id,
        treasuries_selected.coin,
        max(coin_prices.priced_on) as priced_on
    from treasuries_selected
    inner join coin_prices
        on
            treasuries_selected.coin = coin_prices.coin
            and treasuries_selected.as_of_on >= coin_prices.priced_on
            and treasuries_selected.as_of_on <= coin_prices.priced_on + interval '7' day
    group by treasuries_selected.issuer_id, treasuries_selected.coin
),

statement_prices as (
    select
        statement_days.issuer_id,
        statement_days.coin,
        statement_days.priced_on,
        coin_prices.close_usd
    from statement_days
    inner join coin_prices
        on
            statement_days.coin = coin_prices.coin
            and statement_days.priced_on = coin_prices.priced_on
),

review_days as (
    select
        coin_prices.coin,
        max(coin_prices.priced_on) as priced_on
    from coin_prices
    cross join assumptions
    where coin_prices.priced_on <= assumptions.facts_until_on
    group by coin_prices.coin
),

review_prices as (
    select
        review_days.coin,
        review_days.priced_on,
        coin_prices.close_usd
    from review_days
    inner join coin_prices
        on
            review_days.coin = coin_prices.coin
            and review_days.priced_on = coin_prices.priced_on
)

select
    treasuries_selected.issuer_id,
    treasuries_selected.coin,
    treasuries_selected.as_of_on,
    treasuries_selected.published_on,
    treasuries_selected.published_on > assumptions.as_of_on as is_published_after_as_of,
    treasuries_selected.newest_statement_on,
    treasuries_selected.units,
    treasuries_selected.digital_assets_usd,
    treasuries_selected.total_assets_usd,
    treasuries_selected.cash_usd,
    treasuries_selected.debt_usd,
    treasuries_selected.preferred_usd,
    statement_prices.close_usd as statement_coin_price_usd,
    statement_prices.priced_on as statement_priced_on,
    review_prices.close_usd as review_coin_price_usd,
    review_prices.priced_on as review_priced_on,
    treasuries_selected.accounting,
    treasuries_selected.is_issuer_total,
    treasuries_selected.indirect_digital_assets_usd,
    treasuries_selected.indirect_holding_kind,
    treasuries_selected.basis,
    treasuries_selected.source
from treasuries_selected
cross join assumptions
left join statement_prices
    on
        treasuries_selected.issuer_id = statement_prices.issuer_id
        and treasuries_selected.coin = statement_prices.coin
left join review_prices on treasuries_selected.coin = review_prices.coin
order by treasuries_selected.issuer_id nulls first, treasuries_selected.coin nulls first
