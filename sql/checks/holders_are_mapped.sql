-- Every covered fund that holds a security of the basket is known to track an index.
-- says: funds that track no known index hold securities of the basket; no outflow counts them
-- severity: note
-- scope: question
-- remedy: Name the index of those that track one in index_funds.csv, the largest first.

with

unmapped_holders as (
    select * from marts.unmapped_holders
)

select
    unmapped_holders.ticker as subject,
    concat_ws(
        ' ',
        unmapped_holders.funds_count,
        case when unmapped_holders.funds_count = 1 then 'fund,' else 'funds,' end,
        round(unmapped_holders.held_shares / 1e6, 3), 'm shares,',
        case
            when unmapped_holders.held_usd is null then 'no price'
            else concat_ws(' ', round(unmapped_holders.held_usd / 1e6, 1), 'm USD')
        end,
        '(largest:', concat(unmapped_holders.largest_funds, ')')
    ) as fact
from unmapped_holders
where unmapped_holders.is_in_basket
