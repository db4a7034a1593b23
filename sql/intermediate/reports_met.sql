-- The fund reports that holdings of the securities asked about are of, listed or not.
-- grain: fund_id, as_of_on
-- units: none

with

holdings_asked as (
    select * from intermediate.holdings_asked
)

select distinct
    holdings_asked.fund_id,
    holdings_asked.as_of_on
from holdings_asked
