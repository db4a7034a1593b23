-- Volatility of daily log returns over the last sessions of the window, up to the as-of date. A
-- return over more than five calendar days is not a daily one and is left out; fewer than twenty
-- give no volatility.
-- grain: security_id
-- units: daily_volatility_ratio in 1/sqrt(day), sample standard deviation of log returns

with

assumptions as (
    select * from scenario.assumptions
),

securities as (
    select * from scenario.securities
),

prices as (
    select * from intermediate.prices_asked
),

closes as (
    select
        prices.security_id,
        prices.priced_on,
        prices.close_usd,
        lag(prices.priced_on) over (
            partition by prices.security_id
            order by prices.priced_on
        ) as previous_on,
        lag(prices.close_usd) over (
            partition by prices.security_id
            order by prices.priced_on
        ) as previous_close_usd,
        row_number() over (
            partition by prices.security_id
            order by prices.priced_on desc
        ) as session_rank
    from prices
    inner join securities on prices.security_id = securities.security_id
    cross join assumptions
    where prices.priced_on <= assumptions.facts_until_on and prices.close_usd > 0
),

returns as (
    select
        closes.security_id,
        closes.priced_on,
        ln(closes.close_usd / closes.previous_close_usd) as log_return
    from closes
    cross join assumptions
    where
        closes.session_rank <= assumptions.volatility_window_days
        and closes.priced_on <= closes.previous_on + interval '5' day
),

measured as (
    select
        returns.security_id,
        stddev_samp(returns.log_return) as daily_volatility_ratio,
        count(*) as volatility_sessions_count,
        min(returns.priced_on) as volatility_from_on,
        max(returns.priced_on) as volatility_until_on
    from returns
    group by returns.security_id
)

select
    securities.security_id,
    case when measured.volatility_sessions_count >= 20 then measured.daily_volatility_ratio end
        as daily_volatility_ratio,
    coalesce(measured.volatility_sessions_count, 0) as volatility_sessions_count,
    measured.volatility_from_on,
    measured.volatility_until_on,
    case
        when coalesce(measured.volatility_sessions_count, 0) < 20
            then concat_ws(
                ' ', 'only', coalesce(measured.volatility_sessions_count, 0),
                'daily returns in the window, 20 are needed'
            )
    end as volatility_unknown_reason
from securities
left join measured on securities.security_id = measured.security_id
