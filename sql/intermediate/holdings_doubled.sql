-- Every holdings row under another key that may be of a security asked about, whatever its day.
-- grain: fund_id, as_of_on, security_id
-- units: shares in shares as reported; market_value_usd in US dollars as reported
-- kind: table

with

keys_doubled as (
    select * from intermediate.keys_doubled
),

holdings as (
    select * from staging.holdings_stated
),

other_keys as (
    select distinct keys_doubled.other_id
    from keys_doubled
)

select
    holdings.fund_id,
    holdings.as_of_on,
    holdings.security_id,
    holdings.shares,
    holdings.market_value_usd
from holdings
inner join other_keys on holdings.security_id = other_keys.other_id
order by holdings.security_id nulls first, holdings.fund_id nulls first, holdings.as_of_on
