-- What covered funds hold, by the index they track, and sell under the treatment of its
-- provider. Observed only; what new trackers would buy of no position is in marts.index_trades.
-- grain: scenario_id, index_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day, below
--   0 where bought
-- example: select index_name, observed_outflow_usd from marts.index_outflows where ticker = 'MSTR'

with

index_sold_ratios as (
    select * from intermediate.index_sold_ratios
),

holdings_summed as (
    select * from intermediate.holdings_summed
),

indices as (
    select * from staging.indices
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
)

select
    index_sold_ratios.scenario_id,
    index_sold_ratios.provider_id,
    holdings_summed.index_id,
    indices.index_name,
    holdings_summed.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    holdings_summed.funds_count,
    holdings_summed.observed_shares * index_sold_ratios.sold_ratio as observed_outflow_shares,
    holdings_summed.observed_shares * index_sold_ratios.sold_ratio
    * prices_selected.close_usd as observed_outflow_usd
from index_sold_ratios
inner join holdings_summed
    on
        index_sold_ratios.index_id = holdings_summed.index_id
        and index_sold_ratios.security_id = holdings_summed.security_id
inner join indices on holdings_summed.index_id = indices.index_id
inner join securities_asked on holdings_summed.security_id = securities_asked.security_id
inner join prices_selected on holdings_summed.security_id = prices_selected.security_id
order by index_sold_ratios.scenario_position_id, index_sold_ratios.provider_id nulls first,
    holdings_summed.index_id nulls first, securities_asked.position_id
