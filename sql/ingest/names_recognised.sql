-- What the name of each fund says: the index it tracks, or the provider alone, or that it is of a
-- kind that tracks none.
-- grain: fund_id
-- units: none
-- kind: table

select
    names.fund_id,
    names.fund_name,
    rules.confidence,
    rules.provider_id,
    coalesce(rules.index_id, rules.provider_id || '-other') as index_id,
    coalesce(
        rules.index_name,
        'other indices of ' || coalesce(providers.provider_name, rules.provider_id)
    ) as index_name,
    rules.index_id is not null as is_one_index,
    rules.note,
    rules.pattern
from ingest.fund_names as names
inner join ingest.index_name_rules as rules
    on names.rule_number = cast(rules.rule_number as integer)
left join ingest.providers_named as providers on rules.provider_id = providers.provider_id
where rules.confidence != 'unsaid'
