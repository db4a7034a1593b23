-- What trackers of each index that a scenario lets securities enter or leave trade: the position of
-- the index with a sign, above 0 sold, below 0 bought. A member that enters buys nothing, and an
-- index that is left only by implication of another one is traded only where it holds the security.
-- grain: scenario_id, provider_id, index_id, security_id
-- units: _shares in shares of the as-of day, sold above 0 and bought below; tracking_ratio and
--   sold_ratio ratios, the latter -1 where the position is bought, 1 where it is sold, 0 where kept
-- kind: table

with

index_moves as (
    select * from scenario.index_moves
),

index_positions as (
    select * from intermediate.index_positions
),

judged as (
    select
        index_moves.scenario_id,
        index_moves.provider_id,
        index_moves.index_id,
        index_positions.index_name,
        index_positions.security_id,
        index_moves.is_asked,
        index_positions.is_member,
        index_moves.sold_ratio < 0 as is_entry,
        case
            when index_moves.sold_ratio < 0 and index_positions.is_member then 0e0
            else index_moves.sold_ratio
        end as sold_ratio,
        index_positions.tracking_ratio,
        index_positions.method,
        index_positions.bound,
        index_positions.position_shares,
        index_positions.observed_shares,
        index_positions.unknown_reason
    from index_moves
    inner join index_positions on index_moves.index_id = index_positions.index_id
    where
        index_moves.is_asked
        or index_moves.sold_ratio < 0
        or index_positions.is_member
        or index_positions.position_shares is not null
)

select
    judged.scenario_id,
    judged.provider_id,
    judged.index_id,
    judged.index_name,
    judged.security_id,
    judged.is_asked,
    judged.is_member,
    judged.is_entry,
    judged.sold_ratio,
    judged.tracking_ratio,
    case when judged.sold_ratio = 0 then 'not-sold' else judged.method end as method,
    case when judged.sold_ratio = 0 then 'estimate' else judged.bound end as bound,
    case
        when judged.sold_ratio = 0 then 0e0
        else judged.position_shares * judged.sold_ratio
    end as traded_shares,
    case when judged.sold_ratio > 0 then judged.observed_shares else 0e0 end
        as observed_traded_shares,
    case
        when judged.sold_ratio = 0 then 'a member already: nothing is bought'
        when not judged.is_entry and not judged.is_member
            then concat_ws(' · ', 'no member by the data', judged.unknown_reason)
        else judged.unknown_reason
    end as reason
from judged
