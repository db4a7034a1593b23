-- Indices that the funds taken track and the dataset lacks.
-- grain: index_id
-- units: none
-- kind: table

select
    index_funds.index_id,
    min(index_funds.provider_id) as provider_id,
    min(index_funds.index_name) as index_name,
    'inferred' as basis,
    min(index_funds.source) as source
from ingest.funds_created as funds
inner join ingest.index_funds as index_funds on funds.index_id = index_funds.index_id
left join data.indices as indices on funds.index_id = indices.index_id
where indices.index_id is null
group by index_funds.index_id
