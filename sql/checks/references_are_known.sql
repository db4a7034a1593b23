-- Every fund tracks a known index, every index belongs to a known provider, and every ratio,
-- membership and candidate names something the data has.
-- says: rows name an index, provider or security that the data does not have
-- severity: refuse
-- scope: question
-- remedy: Add the missing row to the table named, or correct the identifier.

with

providers as (
    select * from staging.providers
),

indices as (
    select * from staging.indices
),

securities as (
    select * from staging.securities
),

referring as (
    select
        'funds' as table_name,
        funds.fund_id as key_text,
        'index' as target,
        funds.index_id as target_id
    from staging.funds
    left join indices on funds.index_id = indices.index_id
    where funds.index_id is not null and indices.index_id is null
    union all
    select
        'indices' as table_name,
        indices.index_id as key_text,
        'provider' as target,
        indices.provider_id as target_id
    from indices
    left join providers on indices.provider_id = providers.provider_id
    where providers.provider_id is null
    union all
    select
        'index_memberships' as table_name,
        index_memberships.security_id as key_text,
        'index' as target,
        index_memberships.index_id as target_id
    from staging.index_memberships
    left join indices on index_memberships.index_id = indices.index_id
    where indices.index_id is null
    union all
    select
        'tracking_ratios' as table_name,
        tracking_ratios.applies_to_id as key_text,
        'provider' as target,
        tracking_ratios.provider_id as target_id
    from staging.tracking_ratios
    left join providers on tracking_ratios.provider_id = providers.provider_id
    where providers.provider_id is null
    union all
    select
        'tracking_ratios' as table_name,
        tracking_ratios.provider_id as key_text,
        tracking_ratios.applies_to as target,
        tracking_ratios.applies_to_id as target_id
    from staging.tracking_ratios
    left join securities
        on
            tracking_ratios.applies_to_id = securities.security_id
            and tracking_ratios.applies_to = 'security'
    left join indices
        on
            tracking_ratios.applies_to_id = indices.index_id
            and tracking_ratios.applies_to = 'index'
    where securities.security_id is null and indices.index_id is null
    union all
    select
        'candidates' as table_name,
        candidates.list_id as key_text,
        'security' as target,
        candidates.security_id as target_id
    from staging.candidates
    left join securities on candidates.security_id = securities.security_id
    where securities.security_id is null
    union all
    select
        'fund_reports' as table_name,
        concat_ws(' ', 'the report of', fund_reports.as_of_on) as key_text,
        'fund' as target,
        fund_reports.fund_id as target_id
    from staging.fund_reports
    left join staging.funds on fund_reports.fund_id = funds.fund_id
    where funds.fund_id is null
)

select
    referring.table_name as subject,
    concat_ws(' ', referring.key_text, 'names unknown', referring.target, referring.target_id)
        as fact
from referring
