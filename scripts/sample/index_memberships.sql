-- Members of an index, inferred from what the funds that track it hold: the first day one of them
-- was seen to hold the security, by share count or by weight, and every day on which a weight was
-- seen. Of several funds the weight with the most digits stands; a weight that was rounded to
-- nothing still tells of the membership, and is unknown itself.
-- grain: index_id, security_id, as_of_on
-- units: weight_ratio 0-1, of the fund as printed; the shares the index counts were not found
with

seen as (
    select
        funds.index_id,
        funds.fund_name,
        fund_holdings.security_id,
        fund_holdings.as_of_on,
        fund_holdings.source,
        case when cast(fund_holdings.weight_ratio as double) > 0 then fund_holdings.weight_ratio end
            as weight_ratio,
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
    max_by(weight_ratio, length(weight_ratio)) as weight_ratio,
    null as index_shares,
    null as inclusion_factor,
    'inferred' as basis,
    'Held by ' || string_agg(fund_name, ', ' order by fund_name) || ' on ' || as_of_on || ': '
    || string_agg(distinct source, ' ; ' order by source) as source
from seen
where day_rank = 1 or weight_ratio is not null
group by index_id, security_id, as_of_on
