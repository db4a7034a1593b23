-- Every security asked about has a price, at most a week old on the as-of date.
-- says: prices are missing or more than a week old
-- severity: warn
-- scope: question
-- remedy: Ingest prices, or give one with --price; without a price the dollars stay unknown.

with

assumptions as (
    select * from scenario.assumptions
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
)

select
    securities_asked.ticker as subject,
    case
        when prices_selected.close_usd is null then 'no price, dollars unknown'
        else concat_ws(' ', 'newest price of', prices_selected.priced_on)
    end as fact
from prices_selected
cross join assumptions
inner join securities_asked on prices_selected.security_id = securities_asked.security_id
where
    prices_selected.close_usd is null
    or prices_selected.priced_on + interval '7' day < assumptions.as_of_on
