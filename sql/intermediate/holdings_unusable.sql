-- Holdings of the securities asked about with numbers that no question can use.
-- grain: fund_id, as_of_on, security_id
-- units: shares in shares as reported; market_value_usd in US dollars as reported

with

holdings_asked as (
    select * from intermediate.holdings_asked
)

select
    holdings_asked.fund_id,
    holdings_asked.as_of_on,
    holdings_asked.security_id,
    holdings_asked.shares,
    holdings_asked.market_value_usd
from holdings_asked
where not holdings_asked.is_usable
