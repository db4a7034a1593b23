-- Funds that hold a security and track no index that is known, the security most held first: their
-- shares are in no outflow. Some may be index funds that nothing here recognises; most are active.
-- grain: security_id
-- units: held_usd in US dollars at the price of the as-of day; held_shares in shares of that day
-- kind: table
-- example: select ticker, funds_count, held_shares, largest_funds from marts.unmapped_holders

with

current_holdings as (
    select * from intermediate.current_holdings
),

funds as (
    select * from staging.funds
),

indices as (
    select * from staging.indices
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

ranked as (
    select
        current_holdings.security_id,
        current_holdings.fund_id,
        current_holdings.shares,
        coalesce(funds.fund_name, current_holdings.fund_id) as fund_name,
        row_number() over (
            partition by current_holdings.security_id
            order by current_holdings.shares desc, current_holdings.fund_id asc
        ) as size_rank
    from current_holdings
    left join funds on current_holdings.fund_id = funds.fund_id
    left join indices on funds.index_id = indices.index_id
    where indices.index_id is null and current_holdings.shares > 0
),

summed as (
    select
        ranked.security_id,
        count(*) as funds_count,
        sum(ranked.shares) as held_shares,
        max(case when ranked.size_rank = 1 then ranked.fund_name end) as largest_name,
        max(case when ranked.size_rank = 2 then ranked.fund_name end) as second_name,
        max(case when ranked.size_rank = 3 then ranked.fund_name end) as third_name
    from ranked
    group by ranked.security_id
)

select
    summed.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    summed.funds_count,
    summed.held_shares,
    summed.held_shares * prices_selected.close_usd as held_usd,
    concat_ws(' · ', summed.largest_name, summed.second_name, summed.third_name) as largest_funds
from summed
inner join securities_asked on summed.security_id = securities_asked.security_id
inner join prices_selected on summed.security_id = prices_selected.security_id
order by summed.held_shares * prices_selected.close_usd desc nulls last,
    summed.held_shares desc nulls last, summed.security_id nulls first
