-- When each provider's trackers would trade: the first effective day each provider has. Providers of
-- one day are summed against the volume of a day; those of different or unknown days are not.
-- grain: scenario_id, provider_id, security_id
-- units: _shares in shares of the as-of day; _usd in US dollars at the price of the as-of day
-- example: select effective_on, provider_id, outflow_usd, same_day_outflow_usd from marts.timeline

with

provider_outflows as (
    select * from marts.provider_outflows
),

effective_dates as (
    select * from intermediate.effective_dates
),

volumes_averaged as (
    select * from intermediate.volumes_averaged
),

scenarios as (
    select * from scenario.scenarios
),

securities_asked as (
    select * from intermediate.securities_asked
),

dated as (
    select
        provider_outflows.scenario_id,
        provider_outflows.provider_id,
        provider_outflows.security_id,
        provider_outflows.ticker,
        provider_outflows.is_in_basket,
        provider_outflows.treatment,
        effective_dates.decision_due_on,
        effective_dates.effective_on,
        effective_dates.unknown_reason,
        provider_outflows.outflow_shares,
        provider_outflows.outflow_usd,
        case
            when effective_dates.effective_on is null then provider_outflows.provider_id
        end as alone_id
    from provider_outflows
    inner join effective_dates
        on
            provider_outflows.scenario_id = effective_dates.scenario_id
            and provider_outflows.provider_id = effective_dates.provider_id
    where provider_outflows.treatment <> 'reweight'
)

select
    dated.scenario_id,
    dated.provider_id,
    dated.security_id,
    dated.ticker,
    dated.is_in_basket,
    dated.treatment,
    dated.decision_due_on,
    dated.effective_on,
    dated.unknown_reason,
    dated.outflow_shares,
    dated.outflow_usd,
    count(case when dated.outflow_shares <> 0 then 1 end) over same_day as same_day_sellers_count,
    sum(dated.outflow_shares) over same_day as same_day_outflow_shares,
    sum(dated.outflow_usd) over same_day as same_day_outflow_usd,
    volumes_averaged.adv_shares
from dated
inner join scenarios on dated.scenario_id = scenarios.scenario_id
inner join securities_asked on dated.security_id = securities_asked.security_id
left join volumes_averaged on dated.security_id = volumes_averaged.security_id
window
    same_day as (
        partition by dated.scenario_id, dated.security_id, dated.effective_on, dated.alone_id
    )
order by
    scenarios.position_id, securities_asked.position_id, dated.effective_on nulls last,
    dated.provider_id
