-- No outflow exceeds the float, or the shares outstanding where the float is unknown.
-- says: outflows exceed the float
-- severity: warn
-- scope: question
-- remedy: Look at the tracking ratios and share counts: together they sell more than there is.

with

outflows as (
    select * from marts.outflows
),

securities_asked as (
    select * from intermediate.securities_asked
)

select
    concat_ws(' ', outflows.scenario_id, outflows.ticker) as subject,
    concat_ws(
        ' ', outflows.outflow_shares, 'of',
        coalesce(securities_asked.float_shares, securities_asked.shares_outstanding), 'shares'
    ) as fact
from outflows
inner join securities_asked on outflows.security_id = securities_asked.security_id
where
    outflows.outflow_shares
    > coalesce(securities_asked.float_shares, securities_asked.shares_outstanding)
