-- Members of an index, inferred from what the funds that track it hold: the first day one of them
-- was seen to hold the security, by share count or by weight (a weight of 0 is a rounded one).
-- grain: index_id, security_id, as_of_on
-- units: none; weights and shares of the index itself were not found
with

seen as (
    select
        funds.index_id,
        funds.fund_name,
        fund_holdings.security_id,
        fund_holdings.as_of_on,
        fund_holdings.source,
        rank() over (
            partition by funds.index_id, fund_holdings.security_id
            order by fund_holdings.as_of_on
        ) as day_rank
    from sources.fund_holdings
    inner join sources.funds on fund_holdings.fund_id = funds.fund_id
    inner join sources.indices on funds.index_id = indices.index_id
    inner join sources.providers on indices.provider_id = providers.provider_id
)

select
    index_id,
    security_id,
    as_of_on,
    null as weight_ratio,
    null as index_shares,
    null as inclusion_factor,
    'inferred' as basis,
    'Held by ' || string_agg(fund_name, ', ' order by fund_name) || ' on ' || as_of_on || ': '
    || string_agg(distinct source, ' ; ' order by source) as source
from seen
where day_rank = 1
group by index_id, security_id, as_of_on
