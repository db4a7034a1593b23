-- The own estimate part by part, for the case of deletion: what was reported (L0), what a weight
-- tells (L1), funds that are not covered (L2), pools of assets (L3), and beside them what mainly passive
-- managers filed (X, no part of the sum, for scenarios of every provider). Conditional rows hold
-- only if the security is a member of the provider's indices; they are in no sum. limit_ is the float,
-- the shares outstanding where it is unknown: no part passes it.
-- grain: scenario_id, provider_id, security_id, level_id, component_id
-- units: _usd in US dollars, low, central and high at the price of the as-of day; _shares in shares
--   of the as-of day, density_shares per million US dollars; weight_ratio 0-1; exposure_ratio of
--   the pool's money, or of the managers' shares
-- example: select level_id, component_name, central_usd from marts.estimate_components

with

scenario_providers as (
    select * from scenario.providers
),

components_estimated as (
    select * from intermediate.components_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

indices as (
    select * from staging.indices
),

provider_counts as (
    select count(distinct indices.provider_id) as providers_count
    from indices
),

whole_scenarios as (
    select
        scenario_providers.scenario_id,
        scenario_providers.scenario_position_id,
        'all' as provider_id
    from scenario_providers
    cross join provider_counts
    group by
        scenario_providers.scenario_id,
        scenario_providers.scenario_position_id,
        provider_counts.providers_count
    having count(distinct scenario_providers.provider_id) = provider_counts.providers_count
),

asked as (
    select
        scenario_providers.scenario_id,
        scenario_providers.scenario_position_id,
        scenario_providers.provider_id,
        false as is_crosscheck
    from scenario_providers
    union all
    select
        whole_scenarios.scenario_id,
        whole_scenarios.scenario_position_id,
        whole_scenarios.provider_id,
        true as is_crosscheck
    from whole_scenarios
)

select
    asked.scenario_id,
    components_estimated.provider_id,
    components_estimated.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    components_estimated.level_id,
    components_estimated.component_id,
    components_estimated.component_name,
    components_estimated.index_id,
    components_estimated.as_of_on,
    components_estimated.density_on,
    components_estimated.amount_usd,
    components_estimated.weight_ratio,
    components_estimated.density_shares,
    components_estimated.exposure_ratio,
    components_estimated.known_exposure_usd,
    components_estimated.pair_kind,
    components_estimated.low_shares,
    components_estimated.central_shares,
    components_estimated.high_shares,
    components_estimated.low_shares * prices_selected.close_usd as low_usd,
    components_estimated.central_shares * prices_selected.close_usd as central_usd,
    components_estimated.high_shares * prices_selected.close_usd as high_usd,
    components_estimated.is_limited_by_float,
    components_estimated.limit_shares,
    components_estimated.limit_shares * prices_selected.close_usd as limit_usd,
    components_estimated.is_conditional,
    components_estimated.missing_reason,
    components_estimated.basis,
    components_estimated.source
from asked
inner join components_estimated
    on
        asked.provider_id = components_estimated.provider_id
        and asked.is_crosscheck = (components_estimated.level_id = 'X')
inner join securities_asked on components_estimated.security_id = securities_asked.security_id
inner join prices_selected on components_estimated.security_id = prices_selected.security_id
order by
    asked.scenario_position_id, securities_asked.position_id,
    components_estimated.provider_id nulls first, components_estimated.level_id,
    components_estimated.central_shares desc nulls last, components_estimated.component_id
