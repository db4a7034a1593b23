-- Providers of the indices created that the dataset lacks; the id of one that is not known by name
-- stands for it.
-- grain: provider_id
-- units: none
-- kind: table

select
    created.provider_id,
    coalesce(min(named.provider_name), created.provider_id) as provider_name,
    'inferred' as basis,
    min(created.source) as source
from ingest.indices_created as created
left join ingest.providers_named as named on created.provider_id = named.provider_id
left join data.providers as providers on created.provider_id = providers.provider_id
where providers.provider_id is null
group by created.provider_id
