-- How the indices of a provider depend on each other: part of a parent, a selection of its members,
-- or the market less the parent (complement).
-- grain: index_id, parent_id
-- units: none

with

index_parents as (
    select * from raw.index_parents
)

select
    index_parents.index_id,
    index_parents.parent_id,
    index_parents.relation,
    index_parents.basis,
    index_parents.source
from index_parents
