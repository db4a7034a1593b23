-- The price of each security that is asked about or in the book of the question: the one set in the
-- question, else the newest close on or before the as-of date.
-- grain: security_id
-- units: close_usd in US dollars per share of the as-of day
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

securities_priced as (
    select * from intermediate.securities_priced
),

price_overrides as (
    select * from scenario.price_overrides
),

split_intervals as (
    select * from intermediate.split_intervals
),

known as (
    select
        prices_asked.security_id,
        max(prices_asked.priced_on) as priced_on
    from intermediate.prices_asked
    inner join securities_priced on prices_asked.security_id = securities_priced.security_id
    cross join assumptions
    where prices_asked.priced_on <= assumptions.facts_until_on
    group by prices_asked.security_id
),

newest as (
    select
        known.security_id,
        known.priced_on,
        prices_asked.close_usd / split_intervals.split_ratio as close_usd
    from known
    inner join intermediate.prices_asked
        on
            known.security_id = prices_asked.security_id
            and known.priced_on = prices_asked.priced_on
    inner join split_intervals
        on
            known.security_id = split_intervals.security_id
            and split_intervals.is_price_basis
)

select
    securities_priced.security_id,
    case
        when price_overrides.close_usd is null then newest.priced_on
        else assumptions.as_of_on
    end as priced_on,
    coalesce(price_overrides.close_usd, newest.close_usd) as close_usd,
    price_overrides.close_usd is not null as is_overridden
from securities_priced
cross join assumptions
left join newest on securities_priced.security_id = newest.security_id
left join price_overrides on securities_priced.security_id = price_overrides.security_id
