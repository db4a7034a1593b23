-- No two keys of the dataset may be of one security.
-- says: securities may have two identifiers, so that holdings of each count only in part
-- severity: note
-- scope: dataset
-- remedy: Load a file that states ticker and CUSIP or ISIN of them, or the files again with --map.

with

doubled as (
    select * from intermediate.securities_doubled
)

select
    doubled.security_id as subject,
    concat_ws(' ', 'may be', concat(doubled.other_id, ','), doubled.other_name) as fact
from doubled
where
    doubled.security_id < doubled.other_id
