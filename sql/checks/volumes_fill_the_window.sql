-- The average daily volume of every security asked about rests on a full window of sessions.
-- says: the volume window is not full
-- severity: warn
-- scope: question
-- remedy: Ingest volumes, or shorten --adv-window; without volume the days stay unknown.

with

assumptions as (
    select * from scenario.assumptions
),

securities_asked as (
    select * from intermediate.securities_asked
),

volumes_averaged as (
    select * from intermediate.volumes_averaged
)

select
    securities_asked.ticker as subject,
    concat_ws(
        ' ', coalesce(volumes_averaged.adv_sessions_count, 0), 'of', assumptions.adv_window_days,
        'sessions'
    ) as fact
from securities_asked
cross join assumptions
left join volumes_averaged on securities_asked.security_id = volumes_averaged.security_id
where coalesce(volumes_averaged.adv_sessions_count, 0) < assumptions.adv_window_days
