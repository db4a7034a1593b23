-- How the index of each fund was recognised that no table names: by its holdings where they settle
-- one index, else by its name.
-- grain: fund_id
-- units: ratios 0-1 as in portfolios_compared, null where the name alone tells
-- kind: table

with

recognised as (
    select * from ingest.names_recognised
    where provider_id is not null
),

compared as (
    select * from ingest.portfolios_recognised
),

indices_named as (
    select
        listed.index_id,
        min(listed.index_name) as index_name
    from (
        select
            index_funds.index_id,
            index_funds.index_name
        from ingest.index_funds as index_funds
        union all
        select
            index_name_rules.index_id,
            index_name_rules.index_name
        from ingest.index_name_rules as index_name_rules
        union all
        select
            indices.index_id,
            indices.index_name
        from data.indices as indices
    ) as listed
    where listed.index_id is not null
    group by listed.index_id
)

select
    coalesce(recognised.fund_id, compared.fund_id) as fund_id,
    case
        when compared.is_one_index or recognised.fund_id is null then 'fingerprint'
        else 'name_rule'
    end as method,
    case
        when method = 'name_rule' then recognised.confidence
        when recognised.provider_id = compared.provider_id then 'high'
        else 'medium'
    end as confidence,
    case
        when method = 'name_rule' then recognised.provider_id else compared.provider_id
    end as provider_id,
    case
        when method = 'name_rule' then recognised.index_id else compared.index_id
    end as index_id,
    coalesce(
        indices_named.index_name,
        case when method = 'name_rule' then recognised.index_name end,
        'other indices of ' || coalesce(providers.provider_name, compared.provider_id)
    ) as index_name,
    case when method = 'fingerprint' then compared.reference_fund_id end as reference_fund_id,
    case when method = 'fingerprint' then compared.overlap_ratio end as overlap_ratio,
    case when method = 'fingerprint' then compared.members_ratio end as members_ratio,
    case when method = 'fingerprint' then compared.spread_ratio end as spread_ratio,
    'inferred' as basis,
    case
        when method = 'name_rule' then concat(
            'recognised by name (name_rule, confidence ', recognised.confidence, '): ',
            recognised.note, ', pattern ', recognised.pattern
        )
        else concat(
            'recognised by holdings (fingerprint, confidence ', confidence, '): as fund ',
            compared.reference_fund_id, ' on ', compared.reference_on, ', overlap ',
            round(compared.overlap_ratio, 3), ', members in common ',
            round(compared.members_ratio, 3)
        )
    end as source
from recognised
full join compared on recognised.fund_id = compared.fund_id
left join indices_named
    on
        case
            when compared.is_one_index or recognised.fund_id is null then compared.index_id
            else recognised.index_id
        end = indices_named.index_id
left join ingest.providers_named as providers on compared.provider_id = providers.provider_id
