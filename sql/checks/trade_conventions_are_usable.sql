-- How a provider's reviews are traded is one of the two ways, over at least one session.
-- says: conventions of trading are unknown words, or over no usable number of sessions
-- severity: refuse
-- scope: question
-- remedy: Give trade_conventions.day_is close or open, and sessions_count from 1 to 60.

with

trade_conventions as (
    select * from staging.trade_conventions
)

select
    trade_conventions.provider_id as subject,
    concat_ws(
        ' ', coalesce(trade_conventions.day_is, 'no day_is'), 'over',
        coalesce(concat_ws('', trade_conventions.sessions_count), 'no number of'), 'sessions'
    ) as fact
from trade_conventions
where
    trade_conventions.day_is is null
    or trade_conventions.day_is not in ('close', 'open')
    or trade_conventions.sessions_count is null
    or trade_conventions.sessions_count not between 1 and 60
