-- How much of each security trades and how much its price moves: what the impact models start from.
-- grain: security_id
-- units: adv_shares and adv_usd a day; daily_volatility_ratio in 1/sqrt(day);
--   shares_outstanding and float_shares in shares of the as-of day
-- example: select ticker, adv_usd, daily_volatility_ratio from marts.liquidity

with

securities_asked as (
    select * from intermediate.securities_asked
),

volumes_averaged as (
    select * from intermediate.volumes_averaged
),

volatilities_estimated as (
    select * from intermediate.volatilities_estimated
)

select
    securities_asked.security_id,
    securities_asked.ticker,
    securities_asked.security_name,
    securities_asked.is_in_basket,
    securities_asked.shares_outstanding,
    securities_asked.float_shares,
    volumes_averaged.adv_shares,
    volumes_averaged.adv_usd,
    volumes_averaged.adv_sessions_count,
    volumes_averaged.adv_from_on,
    volumes_averaged.adv_until_on,
    volatilities_estimated.daily_volatility_ratio,
    volatilities_estimated.volatility_sessions_count,
    volatilities_estimated.volatility_from_on,
    volatilities_estimated.volatility_until_on,
    volatilities_estimated.volatility_unknown_reason
from securities_asked
inner join volatilities_estimated
    on securities_asked.security_id = volatilities_estimated.security_id
left join volumes_averaged on securities_asked.security_id = volumes_averaged.security_id
order by securities_asked.position_id
