-- What part of its position the trackers of an index sell under the treatment of its provider: all,
-- the net of the steps of a reweight, nothing; of single indices that move, those of an index left.
-- grain: scenario_id, provider_id, index_id, security_id
-- units: sold_ratio a ratio, below 0 where trackers buy

with

scenario_providers as (
    select * from scenario.providers
),

holdings_summed as (
    select * from intermediate.holdings_summed
),

treatments as (
    select * from scenario.treatments
),

index_moves as (
    select * from scenario.index_moves
)

select
    scenario_providers.scenario_id,
    scenario_providers.scenario_position_id,
    scenario_providers.provider_id,
    holdings_summed.index_id,
    holdings_summed.security_id,
    case
        when treatments.treatment is null then 1e0
        when treatments.treatment = 'include' and treatments.sold_ratio is not null then 0e0
        when treatments.sold_ratio is not null then treatments.sold_ratio
        else greatest(coalesce(index_moves.sold_ratio, 0e0), 0e0)
    end as sold_ratio
from scenario_providers
inner join holdings_summed on scenario_providers.provider_id = holdings_summed.provider_id
left join treatments
    on
        scenario_providers.scenario_id = treatments.scenario_id
        and scenario_providers.provider_id = treatments.provider_id
        and holdings_summed.security_id = treatments.security_id
left join index_moves
    on
        scenario_providers.scenario_id = index_moves.scenario_id
        and holdings_summed.index_id = index_moves.index_id
