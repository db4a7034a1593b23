-- No two rows of a table have the same key.
-- says: rows repeat a key
-- severity: refuse
-- scope: question
-- remedy: Remove the duplicate rows; an amended report replaces the one it amends.

with

asked as (
    select * from scenario.securities
),

keyed as (
    select 'providers' as table_name, providers.provider_id as key_text
    from staging.providers
    union all
    select 'indices' as table_name, indices.index_id as key_text
    from staging.indices
    union all
    select 'funds' as table_name, funds.fund_id as key_text
    from staging.funds
    union all
    select 'securities' as table_name, securities.security_id as key_text
    from staging.securities
    union all
    select
        'index_memberships' as table_name,
        concat_ws(
            ' ', index_memberships.index_id, index_memberships.security_id,
            index_memberships.as_of_on
        ) as key_text
    from staging.index_memberships
    union all
    select
        'tracking_ratios' as table_name,
        concat_ws(
            ' ', tracking_ratios.provider_id, tracking_ratios.applies_to_id,
            tracking_ratios.as_of_on
        ) as key_text
    from staging.tracking_ratios
    union all
    select
        'fund_reports' as table_name,
        concat_ws(' ', fund_reports.fund_id, fund_reports.as_of_on) as key_text
    from staging.fund_reports
    union all
    select
        'fund_net_assets' as table_name,
        concat_ws(' ', fund_net_assets.fund_id, fund_net_assets.as_of_on) as key_text
    from staging.fund_net_assets
    union all
    select
        'candidates' as table_name,
        concat_ws(' ', candidates.list_id, candidates.security_id) as key_text
    from staging.candidates
    union all
    select
        'splits' as table_name,
        concat_ws(' ', splits.security_id, splits.effective_on) as key_text
    from staging.splits
    union all
    select
        'share_counts' as table_name,
        concat_ws(' ', share_counts.security_id, share_counts.as_of_on) as key_text
    from staging.share_counts
    union all
    select
        'holdings' as table_name,
        concat_ws(' ', holdings.fund_id, holdings.as_of_on, holdings.security_id) as key_text
    from staging.holdings
    inner join asked on holdings.security_id = asked.security_id
    union all
    select
        'prices' as table_name,
        concat_ws(' ', prices.security_id, prices.priced_on) as key_text
    from staging.prices
    inner join asked on prices.security_id = asked.security_id
)

select
    keyed.table_name as subject,
    concat_ws(' ', keyed.key_text, 'stands', count(*), 'times') as fact
from keyed
group by keyed.table_name, keyed.key_text
having count(*) > 1
