-- Which funds hold a security, as last reported, with the index each tracks where one is known.
-- arguments: asked_ticker
-- grain: fund_id
-- units: shares in shares of the as-of day; holding_usd in US dollars at the price of the as-of day
-- example: select fund_name, shares, holding_usd from holders('MSTR')

with

security_named as (
    select * from security_named(asked_ticker)
),

current_holdings as (
    select * from intermediate.current_holdings
),

funds as (
    select * from staging.funds
),

indices as (
    select * from staging.indices
),

prices_selected as (
    select * from intermediate.prices_selected
)

select
    current_holdings.fund_id,
    funds.fund_name,
    funds.manager_name,
    indices.provider_id,
    funds.index_id,
    current_holdings.security_id,
    current_holdings.as_of_on,
    current_holdings.is_stale,
    current_holdings.shares,
    current_holdings.shares * prices_selected.close_usd as holding_usd,
    current_holdings.basis,
    current_holdings.source
from security_named
inner join current_holdings on security_named.security_id = current_holdings.security_id
inner join funds on current_holdings.fund_id = funds.fund_id
left join indices on funds.index_id = indices.index_id
left join prices_selected on current_holdings.security_id = prices_selected.security_id
order by current_holdings.shares desc nulls last, current_holdings.fund_id
