-- Funds, one row a portfolio (never a share class).
-- grain: fund_id
-- units: none

with

funds as (
    select * from raw.funds
)

select
    funds.fund_id,
    funds.fund_name,
    funds.manager_name,
    funds.index_id,
    funds.vehicle,
    funds.domicile,
    funds.basis,
    funds.source
from funds
