-- How the indices of a provider depend on each other.
-- grain: index_id, parent_id
-- units: none
select
    index_id,
    parent_id,
    relation,
    basis,
    source
from sources.index_parents
