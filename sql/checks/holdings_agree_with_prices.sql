-- The value a fund reported, per share, is within 5 % of the close of that day.
-- says: fund values per share lie more than 5 % off the close of their day
-- severity: warn
-- scope: question
-- remedy: Look for a unit error, a split not in splits.parquet, or a wrong match.

with

current_holdings as (
    select * from intermediate.current_holdings
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices as (
    select * from intermediate.prices_asked
),

split_intervals as (
    select * from intermediate.split_intervals
),

compared as (
    select
        current_holdings.fund_id,
        securities_asked.ticker,
        current_holdings.as_of_on,
        current_holdings.market_value_usd / current_holdings.shares as implied_usd,
        prices.close_usd / split_intervals.split_ratio as close_usd
    from current_holdings
    inner join securities_asked on current_holdings.security_id = securities_asked.security_id
    inner join prices
        on
            current_holdings.security_id = prices.security_id
            and current_holdings.as_of_on = prices.priced_on
    inner join split_intervals
        on
            current_holdings.security_id = split_intervals.security_id
            and split_intervals.is_price_basis
    where current_holdings.shares > 0 and current_holdings.market_value_usd is not null
)

select
    concat_ws(' ', compared.fund_id, compared.ticker) as subject,
    concat_ws(
        ' ', round(compared.implied_usd, 2), 'a share on', compared.as_of_on, 'against a close of',
        round(compared.close_usd, 2)
    ) as fact
from compared
where abs(compared.implied_usd / compared.close_usd - 1) > 0.05
