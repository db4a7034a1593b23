-- Providers of the indices created that the dataset lacks; their id stands for their name.
-- grain: provider_id
-- units: none
-- kind: table

select
    created.provider_id,
    created.provider_id as provider_name,
    'inferred' as basis,
    min(created.source) as source
from ingest.indices_created as created
left join data.providers as providers on created.provider_id = providers.provider_id
where providers.provider_id is null
group by created.provider_id
