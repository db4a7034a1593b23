-- Manager-level (13F) positions, active assets included.
-- grain: manager_id, as_of_on, security_id
-- units: shares in shares

with

manager_holdings as (
    select * from raw.manager_holdings
)

select
    manager_holdings.manager_id,
    cast(manager_holdings.as_of_on as date) as as_of_on,
    manager_holdings.security_id,
    manager_holdings.manager_name,
    cast(manager_holdings.shares as double) as shares,
    cast(manager_holdings.is_index_heavy as boolean) as is_index_heavy,
    manager_holdings.basis,
    manager_holdings.source
from manager_holdings
