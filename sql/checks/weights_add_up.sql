-- The weights of an index or fund on one day add up to at most 105 %.
-- says: weights of an index or fund add up to more than 105 %
-- severity: refuse
-- scope: dataset
-- remedy: Divide percentages by 100 at their source; recompute rounded weights.

with

summed as (
    select
        index_memberships.index_id as owner_id,
        index_memberships.as_of_on,
        sum(index_memberships.weight_ratio) as weight_ratio
    from staging.index_memberships
    group by index_memberships.index_id, index_memberships.as_of_on
    union all
    select
        fund_weights.fund_id as owner_id,
        fund_weights.as_of_on,
        sum(fund_weights.weight_ratio) as weight_ratio
    from staging.fund_weights
    group by fund_weights.fund_id, fund_weights.as_of_on
)

select
    summed.owner_id as subject,
    concat_ws(' ', 'weights of', summed.as_of_on, 'add up to', summed.weight_ratio) as fact
from summed
where summed.weight_ratio > 1.05
