-- Every row of the graph of indices names two different indices of one provider, and a relation.
-- says: the graph of indices names unknown indices, two providers, itself or an unknown relation
-- severity: refuse
-- scope: question
-- remedy: Name index ids of one provider in index_parents, and part, selection or complement.

with

index_parents as (
    select * from staging.index_parents
),

children as (
    select * from staging.indices
),

parents as (
    select * from staging.indices
),

judged as (
    select
        index_parents.index_id,
        index_parents.parent_id,
        case
            when children.index_id is null
                then concat_ws(' ', 'unknown index', index_parents.index_id)
            when parents.index_id is null
                then concat_ws(' ', 'unknown parent', index_parents.parent_id)
            when index_parents.index_id = index_parents.parent_id then 'is its own parent'
            when children.provider_id <> parents.provider_id
                then concat_ws(' ', children.provider_id, 'and', parents.provider_id)
            when index_parents.relation is null
                or index_parents.relation not in ('part', 'selection', 'complement')
                then concat_ws(' ', 'unknown relation', index_parents.relation)
        end as fact
    from index_parents
    left join children on index_parents.index_id = children.index_id
    left join parents on index_parents.parent_id = parents.index_id
)

select
    concat_ws(' ', judged.index_id, judged.parent_id) as subject,
    judged.fact
from judged
where judged.fact is not null
