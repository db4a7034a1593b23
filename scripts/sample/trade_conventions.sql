-- On which sessions trackers trade a review of a provider.
-- grain: provider_id
-- units: sessions_count in sessions
select
    provider_id,
    day_is,
    sessions_count,
    basis,
    source
from sources.trade_conventions
