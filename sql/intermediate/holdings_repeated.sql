-- Keys that stand more than once among the holdings of the securities asked about.
-- grain: fund_id, as_of_on, security_id
-- units: none

with

holdings_asked as (
    select * from intermediate.holdings_asked
)

select
    holdings_asked.fund_id,
    holdings_asked.as_of_on,
    holdings_asked.security_id,
    count(*) as rows_count
from holdings_asked
group by holdings_asked.fund_id, holdings_asked.as_of_on, holdings_asked.security_id
having count(*) > 1
