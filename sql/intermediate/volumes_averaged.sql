-- Average daily volume over the last sessions with a volume, up to the as-of date. Where the newest
-- of them lies more than a month before the newest price, the volume of that price is not known.
-- grain: security_id
-- units: adv_shares in shares of the as-of day; adv_usd in US dollars, each session at its close
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

securities as (
    select * from scenario.securities
),

split_intervals as (
    select * from intermediate.split_intervals
),

newest as (
    select
        prices_asked.security_id,
        max(prices_asked.priced_on) as priced_on
    from intermediate.prices_asked
    inner join securities on prices_asked.security_id = securities.security_id
    cross join assumptions
    where prices_asked.priced_on <= assumptions.facts_until_on
    group by prices_asked.security_id
),

sessions as (
    select
        prices_asked.security_id,
        prices_asked.priced_on,
        prices_asked.close_usd,
        prices_asked.volume_shares,
        newest.priced_on as newest_on,
        row_number() over (
            partition by prices_asked.security_id
            order by prices_asked.priced_on desc
        ) as session_rank
    from intermediate.prices_asked
    inner join newest on prices_asked.security_id = newest.security_id
    where
        prices_asked.priced_on <= newest.priced_on
        and prices_asked.volume_shares is not null
)

select
    sessions.security_id,
    avg(sessions.volume_shares * split_intervals.split_ratio) as adv_shares,
    avg(sessions.volume_shares * sessions.close_usd) as adv_usd,
    count(*) as adv_sessions_count,
    min(sessions.priced_on) as adv_from_on,
    max(sessions.priced_on) as adv_until_on
from sessions
cross join assumptions
inner join split_intervals
    on
        sessions.security_id = split_intervals.security_id
        and split_intervals.is_price_basis
where sessions.session_rank <= assumptions.adv_window_days
group by sessions.security_id
having max(sessions.priced_on) >= max(sessions.newest_on) - interval '31' day
