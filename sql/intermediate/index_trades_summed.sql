-- What the indices that securities enter and leave come to for each provider: net, and what is sold
-- and bought. The net is unknown where one side is and the other is not; partial where a side is a
-- lower bound and the other has a figure, so that neither end is known.
-- grain: scenario_id, provider_id, security_id
-- units: _shares in shares of the as-of day; net_shares sold above 0, bought below
-- kind: table

with

index_trades_estimated as (
    select * from intermediate.index_trades_estimated
),

summed as (
    select
        index_trades_estimated.scenario_id,
        index_trades_estimated.provider_id,
        index_trades_estimated.security_id,
        sum(index_trades_estimated.traded_shares) as net_shares,
        sum(greatest(index_trades_estimated.traded_shares, 0)) as sold_shares,
        sum(greatest(-index_trades_estimated.traded_shares, 0)) as bought_shares,
        sum(index_trades_estimated.observed_traded_shares) as observed_shares,
        count(*) filter (where index_trades_estimated.sold_ratio > 0) as sales_count,
        count(*) filter (where index_trades_estimated.sold_ratio < 0) as purchases_count,
        count(*) filter (where index_trades_estimated.bound = 'unknown') as unknown_count,
        count(*) filter (where index_trades_estimated.bound = 'at_least') as at_least_count,
        count(distinct index_trades_estimated.method) filter (
            where index_trades_estimated.sold_ratio <> 0
        ) as methods_count,
        min(index_trades_estimated.method) filter (
            where index_trades_estimated.sold_ratio <> 0
        ) as method,
        count(*) filter (where index_trades_estimated.method = 'observed') as observed_count,
        max(index_trades_estimated.tracking_ratio) filter (
            where index_trades_estimated.is_asked
        ) as tracking_ratio,
        min(index_trades_estimated.reason) filter (where index_trades_estimated.bound <> 'estimate')
            as reason
    from index_trades_estimated
    group by
        index_trades_estimated.scenario_id,
        index_trades_estimated.provider_id,
        index_trades_estimated.security_id
),

judged as (
    select
        summed.*,
        case
            when summed.sales_count + summed.purchases_count = 0 then 'estimate'
            when summed.unknown_count = summed.sales_count + summed.purchases_count then 'unknown'
            when summed.unknown_count > 0 and summed.sales_count > 0 and summed.purchases_count > 0
                then 'unknown'
            when summed.unknown_count + summed.at_least_count = 0 then 'estimate'
            when summed.sales_count > 0 and summed.purchases_count > 0 then 'partial'
            else 'at_least'
        end as bound
    from summed
)

select
    judged.scenario_id,
    judged.provider_id,
    judged.security_id,
    case when judged.bound <> 'unknown' then judged.net_shares end as net_shares,
    judged.sold_shares,
    judged.bought_shares,
    judged.observed_shares,
    judged.bound,
    case
        when judged.sales_count + judged.purchases_count = 0 then 'not-sold'
        when judged.bound = 'unknown' then 'membership-unknown'
        when judged.methods_count = 1 then judged.method
        when judged.observed_count = 0 then 'several-estimates'
        else 'mixed'
    end as method,
    judged.tracking_ratio,
    judged.reason
from judged
