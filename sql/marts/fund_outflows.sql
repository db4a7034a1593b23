-- Who must sell: each fund's position in each security, as last reported, and what of it is sold
-- under the treatment of the fund's provider.
-- grain: scenario_id, fund_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day, below
--   0 where bought
-- example: select fund_name, as_of_on, observed_outflow_shares from marts.fund_outflows

with

index_sold_ratios as (
    select * from intermediate.index_sold_ratios
),

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
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
    holdings_of_trackers.index_id,
    holdings_of_trackers.fund_id,
    holdings_of_trackers.fund_name,
    holdings_of_trackers.manager_name,
    holdings_of_trackers.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    holdings_of_trackers.as_of_on,
    holdings_of_trackers.is_stale,
    holdings_of_trackers.shares as held_shares,
    holdings_of_trackers.shares * index_sold_ratios.sold_ratio as observed_outflow_shares,
    holdings_of_trackers.shares * index_sold_ratios.sold_ratio * prices_selected.close_usd
        as observed_outflow_usd,
    holdings_of_trackers.basis,
    holdings_of_trackers.source
from index_sold_ratios
inner join holdings_of_trackers
    on
        index_sold_ratios.index_id = holdings_of_trackers.index_id
        and index_sold_ratios.security_id = holdings_of_trackers.security_id
inner join securities_asked
    on holdings_of_trackers.security_id = securities_asked.security_id
inner join prices_selected
    on holdings_of_trackers.security_id = prices_selected.security_id
order by index_sold_ratios.scenario_position_id, securities_asked.position_id,
    holdings_of_trackers.shares desc nulls last, holdings_of_trackers.fund_id nulls first
