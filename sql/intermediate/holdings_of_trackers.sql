-- Current holdings of funds that track an index, with the index and its provider.
-- grain: fund_id, security_id
-- units: shares in shares of the as-of day
-- kind: table

with

current_holdings as (
    select * from intermediate.current_holdings
),

funds as (
    select * from staging.funds
),

indices as (
    select * from staging.indices
)

select
    current_holdings.fund_id,
    current_holdings.security_id,
    indices.provider_id,
    indices.index_id,
    funds.fund_name,
    funds.manager_name,
    current_holdings.as_of_on,
    current_holdings.shares,
    current_holdings.is_stale,
    current_holdings.basis,
    current_holdings.source
from current_holdings
inner join funds on current_holdings.fund_id = funds.fund_id
inner join indices on funds.index_id = indices.index_id
order by indices.provider_id nulls first, indices.index_id nulls first,
    current_holdings.security_id nulls first, current_holdings.fund_id nulls first
