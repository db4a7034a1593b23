-- Every outflow of the basket reaches beyond covered funds.
-- says: outflows of the basket are observed only: at least, not estimated
-- severity: note
-- scope: question
-- remedy: Observed only means at least; add tracking ratios or tracked AUM to estimate the rest.

with

outflows as (
    select * from marts.outflows
)

select
    concat_ws(' ', outflows.scenario_id, outflows.ticker) as subject,
    case outflows.method
        when 'observed' then 'observed only, not estimated'
        else 'no index membership or holding in the data'
    end as fact
from outflows
where outflows.is_in_basket and outflows.method in ('observed', 'membership-unknown')
