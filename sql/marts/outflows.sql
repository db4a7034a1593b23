-- What index money must sell of each security if the providers of a scenario delete it, or treat it
-- otherwise. Where every one of them freezes it the method is not-sold: none, known, not unseen.
-- Several methods are mixed where one of them is observed, which estimates nothing.
-- grain: scenario_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day;
--   _ratio a ratio (0-1); adv_shares and adv_usd a day
-- example: select scenario_id, ticker, outflow_usd, observed_outflow_usd from marts.outflows
-- kind: table

with

scenarios as (
    select * from scenario.scenarios
),

provider_outflows as (
    select * from marts.provider_outflows
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

volumes_averaged as (
    select * from intermediate.volumes_averaged
),

summed as (
    select
        provider_outflows.scenario_id,
        provider_outflows.security_id,
        sum(provider_outflows.outflow_shares) as outflow_shares,
        sum(provider_outflows.observed_outflow_shares) as observed_outflow_shares,
        count(*) filter (where provider_outflows.sold_ratio > 0) as sellers_count,
        count(distinct nullif(provider_outflows.method, 'membership-unknown'))
        filter (where provider_outflows.sold_ratio > 0) as methods_count,
        min(nullif(provider_outflows.method, 'membership-unknown'))
        filter (where provider_outflows.sold_ratio > 0) as method,
        count(*) filter (
            where provider_outflows.sold_ratio > 0 and provider_outflows.method = 'observed'
        ) as observed_count
    from provider_outflows
    group by provider_outflows.scenario_id, provider_outflows.security_id
),

compared as (
    select
        summed.scenario_id,
        scenarios.position_id,
        summed.security_id,
        summed.outflow_shares,
        summed.observed_outflow_shares,
        summed.outflow_shares
        - first_value(summed.outflow_shares) over (
            partition by summed.security_id
            order by scenarios.position_id
        ) as increment_shares,
        summed.sellers_count,
        summed.methods_count,
        summed.method,
        summed.observed_count
    from summed
    inner join scenarios on summed.scenario_id = scenarios.scenario_id
)

select
    compared.scenario_id,
    compared.security_id,
    securities_asked.ticker,
    securities_asked.security_name,
    securities_asked.is_in_basket,
    compared.outflow_shares,
    compared.outflow_shares * prices_selected.close_usd as outflow_usd,
    compared.observed_outflow_shares,
    compared.observed_outflow_shares * prices_selected.close_usd as observed_outflow_usd,
    compared.outflow_shares - compared.observed_outflow_shares as estimated_outflow_shares,
    (compared.outflow_shares - compared.observed_outflow_shares) * prices_selected.close_usd
        as estimated_outflow_usd,
    compared.increment_shares,
    compared.increment_shares * prices_selected.close_usd as increment_usd,
    compared.outflow_shares / securities_asked.shares_outstanding
        as outflow_of_shares_outstanding_ratio,
    securities_asked.shares_outstanding,
    securities_asked.float_shares,
    prices_selected.close_usd,
    prices_selected.priced_on,
    volumes_averaged.adv_shares,
    volumes_averaged.adv_usd,
    volumes_averaged.adv_sessions_count,
    case
        when compared.sellers_count = 0 then 'not-sold'
        when compared.methods_count is null or compared.methods_count = 0 then 'membership-unknown'
        when compared.methods_count = 1 then compared.method
        when compared.observed_count = 0 then 'several-estimates'
        else 'mixed'
    end as method
from compared
inner join securities_asked on compared.security_id = securities_asked.security_id
inner join prices_selected on compared.security_id = prices_selected.security_id
left join volumes_averaged on compared.security_id = volumes_averaged.security_id
order by compared.position_id, securities_asked.position_id
