-- No fund holds more shares than the company has outstanding.
-- says: a fund holds more shares than the company has outstanding
-- severity: refuse
-- scope: question
-- remedy: Look for a unit error (thousands, dollars in the share column), a split or a wrong match.

with

current_holdings as (
    select * from intermediate.current_holdings
),

securities_asked as (
    select * from intermediate.securities_asked
)

select
    current_holdings.fund_id as subject,
    concat_ws(
        ' ', 'holds', current_holdings.shares, 'of', securities_asked.shares_outstanding,
        'shares of', securities_asked.ticker
    ) as fact
from current_holdings
inner join securities_asked on current_holdings.security_id = securities_asked.security_id
where current_holdings.shares > securities_asked.shares_outstanding
