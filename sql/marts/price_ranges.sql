-- The lowest and highest close of the sessions in the volume window: what the price date alone can
-- do to the dollars.
-- grain: security_id
-- units: _usd in US dollars per share of the as-of day
-- example: select ticker, lowest_close_usd, highest_close_usd from marts.price_ranges

with

assumptions as (
    select * from scenario.assumptions
),

closes as (
    select * from marts.closes
),

securities_asked as (
    select * from intermediate.securities_asked
),

ranked as (
    select
        closes.security_id,
        closes.priced_on,
        closes.close_usd,
        row_number() over (
            partition by closes.security_id
            order by closes.priced_on desc
        ) as session_rank
    from closes
),

bounds as (
    select
        ranked.security_id,
        min(ranked.close_usd) as lowest_close_usd,
        max(ranked.close_usd) as highest_close_usd,
        count(*) as sessions_count,
        min(ranked.priced_on) as from_on,
        max(ranked.priced_on) as until_on
    from ranked
    cross join assumptions
    where ranked.session_rank <= assumptions.adv_window_days
    group by ranked.security_id
)

select
    bounds.security_id,
    securities_asked.ticker,
    bounds.lowest_close_usd,
    bounds.highest_close_usd,
    bounds.sessions_count,
    bounds.from_on,
    bounds.until_on
from bounds
inner join securities_asked on bounds.security_id = securities_asked.security_id
order by securities_asked.position_id
