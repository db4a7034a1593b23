-- What trackers of each index trade that a scenario lets securities enter or leave, index by index:
-- asked for, or implied by how indices depend on each other. Their sum is the net outflow of the
-- provider. Empty where no index is named.
-- grain: scenario_id, index_id, security_id
-- units: _shares in shares of the as-of day and _usd in US dollars at its price, sold above 0 and
--   bought below; tracking_ratio a ratio (0-1)
-- example: select index_name, is_entry, traded_usd from marts.index_trades where ticker = 'MSTR'

with

index_trades_estimated as (
    select * from intermediate.index_trades_estimated
),

scenarios as (
    select * from scenario.scenarios
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
)

select
    index_trades_estimated.scenario_id,
    index_trades_estimated.provider_id,
    index_trades_estimated.index_id,
    index_trades_estimated.index_name,
    index_trades_estimated.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    index_trades_estimated.is_entry,
    index_trades_estimated.is_asked,
    index_trades_estimated.is_member,
    index_trades_estimated.method,
    index_trades_estimated.bound,
    index_trades_estimated.tracking_ratio,
    index_trades_estimated.traded_shares,
    index_trades_estimated.traded_shares * prices_selected.close_usd as traded_usd,
    index_trades_estimated.observed_traded_shares,
    index_trades_estimated.reason
from index_trades_estimated
inner join scenarios on index_trades_estimated.scenario_id = scenarios.scenario_id
inner join securities_asked on index_trades_estimated.security_id = securities_asked.security_id
inner join prices_selected on index_trades_estimated.security_id = prices_selected.security_id
order by
    scenarios.position_id, securities_asked.position_id, index_trades_estimated.is_asked desc,
    index_trades_estimated.index_id
