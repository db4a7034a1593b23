-- The price each security asked about is valued at: the one set in the question, else the newest
-- close on or before the as-of date.
-- grain: security_id
-- units: close_usd in US dollars per share of the as-of day
-- kind: table

with

securities as (
    select * from scenario.securities
),

prices_newest as (
    select * from intermediate.prices_newest
)

select
    prices_newest.security_id,
    prices_newest.priced_on,
    prices_newest.close_usd,
    prices_newest.is_overridden
from securities
inner join prices_newest on securities.security_id = prices_newest.security_id
