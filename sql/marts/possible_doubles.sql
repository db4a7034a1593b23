-- Other keys that may be of a security asked about, with what funds hold under them: if they are, no
-- outflow of it counts these shares.
-- grain: security_id, other_id
-- units: held_shares in shares as reported; held_usd in US dollars as reported, null where some of
--   it is not valued
-- kind: table
-- example: select ticker, other_id, other_name, held_shares from marts.possible_doubles

with

others as (
    select * from intermediate.keys_doubled
),

reports_selected as (
    select * from intermediate.reports_selected
),

holdings as (
    select * from intermediate.holdings_doubled
),

held as (
    select
        holdings.security_id,
        count(*) as funds_count,
        sum(holdings.shares) as held_shares,
        count(holdings.market_value_usd) as valued_count,
        sum(holdings.market_value_usd) as valued_usd
    from holdings
    inner join reports_selected
        on
            holdings.fund_id = reports_selected.fund_id
            and holdings.as_of_on = reports_selected.as_of_on
    group by holdings.security_id
)

select
    others.security_id,
    others.ticker,
    others.is_in_basket,
    others.other_id,
    others.other_name,
    coalesce(held.funds_count, 0) as funds_count,
    coalesce(held.held_shares, 0) as held_shares,
    case
        when coalesce(held.valued_count, 0) = coalesce(held.funds_count, 0)
            then coalesce(held.valued_usd, 0)
    end as held_usd
from others
left join held on others.other_id = held.security_id
order by held.held_shares desc nulls last, others.security_id nulls first, others.other_id
