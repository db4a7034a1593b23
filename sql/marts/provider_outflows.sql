-- What trackers of each provider must sell of each security in each scenario: observed in fund
-- disclosures, and estimated beyond it. One position with a sign: who excludes sells it, who
-- freezes nothing, who reweights the net of the steps, who includes buys it; where single indices
-- move, the net of theirs. deletion_ columns and both estimates say what exclusion would sell, gross_
-- ones what is sold and bought; model_ columns are the own estimate of what is sold. Where bound is
-- unknown, nothing is: no figure, never zero.
-- grain: scenario_id, provider_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day, net
--   and below 0 where bought (gross_ from 0); sold_ratio -1 to 1, null where single indices move;
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

index_trades_summed as (
    select * from intermediate.index_trades_summed
),

-- a member already cannot be included by the name of its provider: which index would it enter
positions as (
    select
        scenario_providers.scenario_id,
        scenario_providers.scenario_position_id,
        outflows_estimated.*,
        coalesce(treatments.treatment, 'exclude') as treatment,
        case when treatments.treatment is null then 1e0 else treatments.sold_ratio end
            as sold_ratio,
        case when treatments.treatment is null then 1e0 else treatments.gross_sold_ratio end
            as gross_sold_ratio,
        coalesce(treatments.gross_bought_ratio, 0e0) as gross_bought_ratio,
        coalesce(treatments.treatment = 'include', false)
        and treatments.sold_ratio is not null
        and outflows_estimated.is_member as is_included_again
    from scenario_providers
    inner join outflows_estimated
        on scenario_providers.provider_id = outflows_estimated.provider_id
    left join treatments
        on
            scenario_providers.scenario_id = treatments.scenario_id
            and scenario_providers.provider_id = treatments.provider_id
            and outflows_estimated.security_id = treatments.security_id
),

traded as (
    select
        positions.scenario_id,
        positions.provider_id,
        positions.security_id,
        positions.method,
        positions.not_estimated_reason,
        positions.tracking_ratio,
        positions.tracking_ratio_basis,
        case when positions.sold_ratio = 0 then 'estimate' else positions.bound end as bound,
        case
            when positions.sold_ratio = 0 then 0e0
            else positions.outflow_shares * positions.sold_ratio
        end as outflow_shares,
        case
            when positions.gross_sold_ratio = 0 then 0e0
            else positions.outflow_shares * positions.gross_sold_ratio
        end as gross_sold_shares,
        case
            when positions.gross_bought_ratio = 0 then 0e0
            else positions.outflow_shares * positions.gross_bought_ratio
        end as gross_bought_shares,
        positions.observed_shares * case when positions.treatment = 'include' then 0e0
            else positions.sold_ratio end as observed_outflow_shares
    from positions
    where positions.sold_ratio is not null and not positions.is_included_again
    union all
    select
        positions.scenario_id,
        positions.provider_id,
        positions.security_id,
        'membership-unknown' as method,
        'a member of the provider already: name the index that it enters' as not_estimated_reason,
        cast(null as double) as tracking_ratio,
        cast(null as string) as tracking_ratio_basis,
        'unknown' as bound,
        cast(null as double) as outflow_shares,
        cast(null as double) as gross_sold_shares,
        cast(null as double) as gross_bought_shares,
        cast(null as double) as observed_outflow_shares
    from positions
    where positions.is_included_again
    union all
    select
        index_trades_summed.scenario_id,
        index_trades_summed.provider_id,
        index_trades_summed.security_id,
        index_trades_summed.method,
        index_trades_summed.reason as not_estimated_reason,
        index_trades_summed.tracking_ratio,
        case when index_trades_summed.tracking_ratio is not null then 'yours' end
            as tracking_ratio_basis,
        index_trades_summed.bound,
        index_trades_summed.net_shares as outflow_shares,
        index_trades_summed.sold_shares as gross_sold_shares,
        index_trades_summed.bought_shares as gross_bought_shares,
        index_trades_summed.observed_shares as observed_outflow_shares
    from index_trades_summed
),

-- what is bought turns the ends of the own estimate round
treated as (
    select
        positions.scenario_id,
        positions.scenario_position_id,
        positions.provider_id,
        positions.security_id,
        positions.treatment,
        case when not positions.is_included_again then positions.sold_ratio end as sold_ratio,
        traded.method,
        traded.bound,
        traded.not_estimated_reason,
        traded.tracking_ratio,
        traded.tracking_ratio_basis,
        positions.funds_count,
        traded.outflow_shares,
        traded.gross_sold_shares,
        traded.gross_bought_shares,
        traded.observed_outflow_shares,
        case
            when positions.is_included_again then null
            when positions.sold_ratio = 0 then 0e0
            when positions.sold_ratio < 0 then positions.model_high_shares
            else positions.model_low_shares
        end * positions.sold_ratio as model_low_shares,
        case
            when positions.is_included_again then null
            when positions.sold_ratio = 0 then 0e0
            else positions.model_central_shares
        end * positions.sold_ratio as model_central_shares,
        case
            when positions.is_included_again then null
            when positions.sold_ratio = 0 then 0e0
            when positions.sold_ratio < 0 then positions.model_low_shares
            else positions.model_high_shares
        end * positions.sold_ratio as model_high_shares,
        case
            when positions.sold_ratio is null or positions.is_included_again then 'unknown'
            when positions.sold_ratio = 0 then 'estimate'
            else positions.model_bound
        end as model_bound,
        case
            when positions.sold_ratio is null then 'no own estimate of single indices'
            when positions.sold_ratio <> 0 then positions.model_missing_reason
        end as model_missing_reason,
        positions.observed_shares / nullif(positions.model_central_shares, 0) as coverage_ratio,
        positions.outflow_shares as deletion_outflow_shares,
        positions.tracked_aum_shares,
        positions.tracking_ratio_shares
    from positions
    inner join traded
        on
            positions.scenario_id = traded.scenario_id
            and positions.provider_id = traded.provider_id
            and positions.security_id = traded.security_id
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
    treated.gross_sold_shares,
    treated.gross_sold_shares * prices_selected.close_usd as gross_sold_usd,
    treated.gross_bought_shares,
    treated.gross_bought_shares * prices_selected.close_usd as gross_bought_usd,
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
