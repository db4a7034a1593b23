-- Funds. One whose index belongs to no provider of the sample (the "no index" identifiers of the
-- facts, and Solactive) tracks none of its indices: null.
-- grain: fund_id
-- units: none
select
    funds.fund_id,
    funds.fund_name,
    funds.manager_name,
    case when providers.provider_id is not null then funds.index_id end as index_id,
    funds.vehicle,
    funds.domicile,
    funds.basis,
    funds.source
from sources.funds
left join sources.indices on funds.index_id = indices.index_id
left join sources.providers on indices.provider_id = providers.provider_id
