-- No two rows of a table have the same key.
-- says: rows repeat a key
-- severity: refuse
-- scope: question
-- remedy: Remove the duplicate rows; an amended report replaces the one it amends.

with

keyed as (
    select
        'providers' as table_name,
        providers.provider_id as first_id,
        null as second_id,
        null as key_on
    from staging.providers
    union all
    select
        'indices' as table_name,
        indices.index_id as first_id,
        null as second_id,
        null as key_on
    from staging.indices
    union all
    select
        'funds' as table_name,
        funds.fund_id as first_id,
        null as second_id,
        null as key_on
    from staging.funds
    union all
    select
        'securities' as table_name,
        securities.security_id as first_id,
        null as second_id,
        null as key_on
    from staging.securities
    union all
    select
        'index_memberships' as table_name,
        index_memberships.index_id as first_id,
        index_memberships.security_id as second_id,
        index_memberships.as_of_on as key_on
    from staging.index_memberships
    union all
    select
        'tracking_ratios' as table_name,
        tracking_ratios.provider_id as first_id,
        tracking_ratios.applies_to_id as second_id,
        tracking_ratios.as_of_on as key_on
    from staging.tracking_ratios
    union all
    select
        'fund_reports' as table_name,
        fund_reports.fund_id as first_id,
        null as second_id,
        fund_reports.as_of_on as key_on
    from staging.fund_reports
    union all
    select
        'fund_net_assets' as table_name,
        fund_net_assets.fund_id as first_id,
        null as second_id,
        fund_net_assets.as_of_on as key_on
    from staging.fund_net_assets
    union all
    select
        'candidates' as table_name,
        candidates.list_id as first_id,
        candidates.security_id as second_id,
        null as key_on
    from staging.candidates
    union all
    select
        'splits' as table_name,
        splits.security_id as first_id,
        null as second_id,
        splits.effective_on as key_on
    from staging.splits
    union all
    select
        'share_counts' as table_name,
        share_counts.security_id as first_id,
        null as second_id,
        share_counts.as_of_on as key_on
    from staging.share_counts
    union all
    select
        'prices' as table_name,
        prices_asked.security_id as first_id,
        null as second_id,
        prices_asked.priced_on as key_on
    from intermediate.prices_asked
    union all
    select
        'decisions' as table_name,
        decisions.decision_id as first_id,
        null as second_id,
        null as key_on
    from staging.decisions
    union all
    select
        'analyst_targets' as table_name,
        analyst_targets.broker as first_id,
        analyst_targets.security_id as second_id,
        analyst_targets.published_on as key_on
    from staging.analyst_targets
),

repeated as (
    select
        keyed.table_name,
        keyed.first_id,
        keyed.second_id,
        keyed.key_on,
        count(*) as rows_count
    from keyed
    group by keyed.table_name, keyed.first_id, keyed.second_id, keyed.key_on
    having count(*) > 1
    union all
    select
        'holdings' as table_name,
        holdings_repeated.fund_id as first_id,
        holdings_repeated.security_id as second_id,
        holdings_repeated.as_of_on as key_on,
        holdings_repeated.rows_count
    from intermediate.holdings_repeated
)

select
    repeated.table_name as subject,
    concat_ws(
        ' ', repeated.first_id, repeated.second_id, repeated.key_on, 'stands',
        repeated.rows_count, 'times'
    ) as fact
from repeated
