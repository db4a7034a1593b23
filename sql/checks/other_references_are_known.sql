-- Every price, split, decision and net-assets row names something the data has.
-- says: rows name a security, provider or fund that the data does not have
-- severity: warn
-- scope: dataset
-- remedy: Add the missing row to the table named; until then these rows are not used.

with

securities as (
    select * from staging.securities
),

providers as (
    select * from staging.providers
),

funds as (
    select * from staging.funds
),

referring as (
    select
        'prices' as table_name,
        prices.security_id as target_id
    from staging.prices
    left join securities on prices.security_id = securities.security_id
    where securities.security_id is null
    union all
    select
        'splits' as table_name,
        splits.security_id as target_id
    from staging.splits
    left join securities on splits.security_id = securities.security_id
    where securities.security_id is null
    union all
    select
        'decisions' as table_name,
        decisions.provider_id as target_id
    from staging.decisions
    left join providers on decisions.provider_id = providers.provider_id
    where providers.provider_id is null
    union all
    select
        'fund_net_assets' as table_name,
        fund_net_assets.fund_id as target_id
    from staging.fund_net_assets
    left join funds on fund_net_assets.fund_id = funds.fund_id
    where funds.fund_id is null
)

select
    referring.table_name as subject,
    concat_ws(' ', referring.target_id, 'in', count(*), 'rows') as fact
from referring
group by referring.table_name, referring.target_id
