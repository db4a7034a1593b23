-- Closing prices of the securities asked about up to the as-of date: the days a published figure
-- may rest on.
-- grain: security_id, priced_on
-- units: close_usd in US dollars per share of the as-of day
-- example: select priced_on, close_usd from marts.closes where ticker = 'MSTR'

with

assumptions as (
    select * from scenario.assumptions
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices as (
    select * from intermediate.prices_asked
),

split_intervals as (
    select * from intermediate.split_intervals
)

select
    prices.security_id,
    prices.priced_on,
    securities_asked.ticker,
    prices.close_usd / split_intervals.split_ratio as close_usd
from prices
cross join assumptions
inner join securities_asked on prices.security_id = securities_asked.security_id
inner join split_intervals
    on
        prices.security_id = split_intervals.security_id
        and split_intervals.valid_until_on = date '9999-12-31'
where prices.priced_on <= assumptions.facts_until_on
order by securities_asked.position_id, prices.priced_on
