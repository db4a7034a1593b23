-- What trackers of each provider must sell of each security in each scenario: observed in fund
-- disclosures, and estimated beyond it. Who excludes sells everything, who freezes nothing, who
-- reweights the part that the index drops; deletion_ columns and both estimates say what exclusion
-- would sell; model_ columns are the own estimate of what is sold. Where bound is unknown, nothing
-- is: no figure, never zero.
-- grain: scenario_id, provider_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day;
--   tracking_ratio a ratio (0-1); coverage_ratio observed over the own estimate
-- example: select provider_id, outflow_usd from marts.provider_outflows where ticker = 'MSTR'
-- kind: table

with

scenario_providers as (
    select * from scenario.providers
),

outflows_estimated as (
    select * from intermediate.outflows_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

treatments as (
    select * from scenario.treatments
),

treated as (
    select
        scenario_providers.scenario_id,
        scenario_providers.scenario_position_id,
        scenario_providers.provider_id,
        outflows_estimated.security_id,
        coalesce(treatments.treatment, 'exclude') as treatment,
        coalesce(treatments.sold_ratio, 1) as sold_ratio,
        outflows_estimated.method,
        outflows_estimated.not_estimated_reason,
        outflows_estimated.tracking_ratio,
        outflows_estimated.tracking_ratio_basis,
        outflows_estimated.funds_count,
        outflows_estimated.outflow_shares as deletion_outflow_shares,
        case
            when coalesce(treatments.sold_ratio, 1) = 0 then 'estimate'
            else outflows_estimated.bound
        end as bound,
        case
            when coalesce(treatments.sold_ratio, 1) = 0 then 0e0
            else outflows_estimated.outflow_shares * coalesce(treatments.sold_ratio, 1)
        end as outflow_shares,
        outflows_estimated.observed_shares * coalesce(treatments.sold_ratio, 1)
            as observed_outflow_shares,
        outflows_estimated.tracked_aum_shares,
        outflows_estimated.tracking_ratio_shares,
        case
            when treatments.sold_ratio = 0 then 0e0
            else outflows_estimated.model_low_shares * coalesce(treatments.sold_ratio, 1)
        end as model_low_shares,
        case
            when treatments.sold_ratio = 0 then 0e0
            else outflows_estimated.model_central_shares * coalesce(treatments.sold_ratio, 1)
        end as model_central_shares,
        case
            when treatments.sold_ratio = 0 then 0e0
            else outflows_estimated.model_high_shares * coalesce(treatments.sold_ratio, 1)
        end as model_high_shares,
        outflows_estimated.observed_shares
        / nullif(outflows_estimated.model_central_shares, 0) as coverage_ratio,
        case when treatments.sold_ratio = 0 then 'estimate' else outflows_estimated.model_bound end
            as model_bound,
        case
            when coalesce(treatments.sold_ratio, 1) > 0 then outflows_estimated.model_missing_reason
        end as model_missing_reason
    from scenario_providers
    inner join outflows_estimated
        on scenario_providers.provider_id = outflows_estimated.provider_id
    left join treatments
        on
            scenario_providers.scenario_id = treatments.scenario_id
            and scenario_providers.provider_id = treatments.provider_id
            and outflows_estimated.security_id = treatments.security_id
)

select
    treated.scenario_id,
    treated.provider_id,
    treated.security_id,
    securities_asked.ticker,
    securities_asked.security_name,
    securities_asked.is_in_basket,
    treated.treatment,
    treated.sold_ratio,
    treated.method,
    treated.bound,
    treated.not_estimated_reason,
    treated.tracking_ratio,
    treated.tracking_ratio_basis,
    treated.funds_count,
    treated.outflow_shares,
    treated.outflow_shares * prices_selected.close_usd as outflow_usd,
    treated.observed_outflow_shares,
    treated.observed_outflow_shares * prices_selected.close_usd as observed_outflow_usd,
    treated.outflow_shares - coalesce(treated.observed_outflow_shares, 0)
        as estimated_outflow_shares,
    (treated.outflow_shares - coalesce(treated.observed_outflow_shares, 0))
    * prices_selected.close_usd as estimated_outflow_usd,
    treated.model_low_shares,
    treated.model_central_shares,
    treated.model_high_shares,
    treated.model_low_shares * prices_selected.close_usd as model_low_usd,
    treated.model_central_shares * prices_selected.close_usd as model_central_usd,
    treated.model_high_shares * prices_selected.close_usd as model_high_usd,
    treated.model_bound,
    treated.model_missing_reason,
    treated.coverage_ratio,
    treated.deletion_outflow_shares,
    treated.tracked_aum_shares as tracked_aum_outflow_shares,
    treated.tracking_ratio_shares as tracking_ratio_outflow_shares,
    prices_selected.close_usd
from treated
inner join securities_asked on treated.security_id = securities_asked.security_id
inner join prices_selected on treated.security_id = prices_selected.security_id
order by treated.scenario_position_id, treated.provider_id nulls first,
    securities_asked.position_id
