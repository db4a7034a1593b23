-- The own estimate of no security ends at its float (at the shares outstanding where that is
-- unknown): there it says how much there is, and no more how much is held.
-- says: own estimates reach the float and end there
-- severity: warn
-- scope: question
-- remedy: Look at the weights, pools and assets they rest on, their units and digits first.

with

outflows as (
    select * from marts.outflows
),

models_summed as (
    select * from intermediate.models_summed
),

securities_asked as (
    select * from intermediate.securities_asked
)

select
    concat_ws(' ', outflows.scenario_id, outflows.ticker) as subject,
    concat_ws(' ', 'at most', abs(outflows.model_high_shares), 'shares') as fact
from outflows
where outflows.is_limited_by_float
union all
select
    concat_ws(' ', securities_asked.ticker, 'of', models_summed.provider_id) as subject,
    concat_ws(' ', 'at most', models_summed.limit_shares, 'shares') as fact
from models_summed
inner join securities_asked on models_summed.security_id = securities_asked.security_id
where models_summed.is_limited_by_float
