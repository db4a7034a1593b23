-- On which sessions trackers trade a review of a provider.
-- grain: provider_id
-- units: sessions_count in sessions

with

trade_conventions as (
    select * from raw.trade_conventions
)

select
    trade_conventions.provider_id,
    trade_conventions.day_is,
    cast(trade_conventions.sessions_count as bigint) as sessions_count,
    trade_conventions.basis,
    trade_conventions.source
from trade_conventions
