-- Funds that hold a security and track no index that is known, the security most held first: their
-- shares are in no outflow. Some may be index funds that nothing here recognises; most are active.
-- grain: security_id
-- units: held_usd in US dollars at the price of the as-of day; held_shares in shares of that day
-- kind: table
-- example: select ticker, funds_count, held_shares, largest_funds from marts.unmapped_holders

with

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

funds_mapped as (
    select funds.fund_id
    from funds
    inner join indices on funds.index_id = indices.index_id
),

-- funds in three groups
grouped as (
    select
        funds.fund_id,
        row_number() over (order by funds.fund_id) % 3 as group_number
    from funds
),

summed as (
    select
        current_holdings.security_id,
        count(*) as funds_count,
        sum(current_holdings.shares) as held_shares,
        max(case when grouped.group_number = 0 then current_holdings.shares end) as first_shares,
        max(case when grouped.group_number = 1 then current_holdings.shares end) as second_shares,
        max(case when grouped.group_number = 2 then current_holdings.shares end) as third_shares
    from intermediate.current_holdings
    left join funds_mapped on current_holdings.fund_id = funds_mapped.fund_id
    left join grouped on current_holdings.fund_id = grouped.fund_id
    where funds_mapped.fund_id is null and current_holdings.shares > 0
    group by current_holdings.security_id
),

-- the third is no smaller than the least of the largest of each group: only such are put in order
limits as (
    select
        summed.security_id,
        case
            when summed.first_shares is null or summed.second_shares is null
                or summed.third_shares is null then 0
            else least(summed.first_shares, summed.second_shares, summed.third_shares)
        end as shares
    from summed
),

ranked as (
    select
        current_holdings.security_id,
        current_holdings.fund_id,
        row_number() over (
            partition by current_holdings.security_id
            order by current_holdings.shares desc, current_holdings.fund_id asc
        ) as size_rank
    from intermediate.current_holdings
    inner join limits
        on
            current_holdings.security_id = limits.security_id
            and current_holdings.shares >= limits.shares
    left join funds_mapped on current_holdings.fund_id = funds_mapped.fund_id
    where funds_mapped.fund_id is null and current_holdings.shares > 0
),

three as (
    select
        ranked.security_id,
        ranked.fund_id,
        ranked.size_rank
    from ranked
    where ranked.size_rank <= 3
),

largest as (
    select
        three.security_id,
        max(case when three.size_rank = 1 then coalesce(funds.fund_name, three.fund_id) end)
            as largest_name,
        max(case when three.size_rank = 2 then coalesce(funds.fund_name, three.fund_id) end)
            as second_name,
        max(case when three.size_rank = 3 then coalesce(funds.fund_name, three.fund_id) end)
            as third_name
    from three
    left join funds on three.fund_id = funds.fund_id
    group by three.security_id
)

select
    summed.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    summed.funds_count,
    summed.held_shares,
    summed.held_shares * prices_selected.close_usd as held_usd,
    concat_ws(' · ', largest.largest_name, largest.second_name, largest.third_name) as largest_funds
from summed
inner join largest on summed.security_id = largest.security_id
inner join securities_asked on summed.security_id = securities_asked.security_id
inner join prices_selected on summed.security_id = prices_selected.security_id
order by summed.held_shares * prices_selected.close_usd desc nulls last,
    summed.held_shares desc nulls last, summed.security_id nulls first
