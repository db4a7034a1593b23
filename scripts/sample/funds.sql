-- Funds; the "no index" identifiers of the facts become null.
-- grain: fund_id
-- units: none
select
    funds.fund_id,
    funds.fund_name,
    funds.manager_name,
    case when not starts_with(funds.index_id, 'none-') then funds.index_id end as index_id,
    funds.vehicle,
    funds.domicile,
    funds.basis,
    funds.source
from sources.funds
