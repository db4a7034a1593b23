-- Past index changes with a forecast and a published figure, in shares.
-- grain: case_id
-- units: shares
select
    case_id,
    provider_id,
    security_name,
    effective_on,
    forecast_shares,
    published_shares,
    interval_low_shares,
    interval_high_shares,
    day_volume_shares,
    is_calibrated,
    is_in_sample,
    implemented_on,
    implemented_source,
    forecast_by,
    published_kind,
    note,
    basis,
    source
from sources.backtests
