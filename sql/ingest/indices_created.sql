-- Indices that the funds taken track and the dataset lacks.
-- grain: index_id
-- units: none
-- kind: table

with

named as (
    select
        index_funds.index_id,
        index_funds.provider_id,
        index_funds.index_name,
        index_funds.source
    from ingest.index_funds as index_funds
    union all
    select
        matches.index_id,
        matches.provider_id,
        matches.index_name,
        matches.source
    from ingest.index_matches as matches
)

select
    named.index_id,
    min(named.provider_id) as provider_id,
    min(named.index_name) as index_name,
    'inferred' as basis,
    min(named.source) as source
from ingest.funds_created as funds
inner join named on funds.index_id = named.index_id
left join data.indices as indices on funds.index_id = indices.index_id
where indices.index_id is null
group by named.index_id
