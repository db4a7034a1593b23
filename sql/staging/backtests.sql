-- Past index changes: what was forecast and what was published after.
-- grain: case_id
-- units: forecast_shares in shares; published_shares in shares; interval_low_shares in shares;
--   interval_high_shares in shares; day_volume_shares in shares

with

backtests as (
    select * from raw.backtests
)

select
    backtests.case_id,
    backtests.provider_id,
    backtests.security_name,
    cast(backtests.effective_on as date) as effective_on,
    cast(backtests.forecast_shares as double) as forecast_shares,
    cast(backtests.published_shares as double) as published_shares,
    cast(backtests.interval_low_shares as double) as interval_low_shares,
    cast(backtests.interval_high_shares as double) as interval_high_shares,
    cast(backtests.day_volume_shares as double) as day_volume_shares,
    cast(backtests.is_calibrated as boolean) as is_calibrated,
    cast(backtests.is_in_sample as boolean) as is_in_sample,
    cast(backtests.implemented_on as date) as implemented_on,
    backtests.implemented_source,
    backtests.forecast_by,
    backtests.published_kind,
    backtests.note,
    backtests.basis,
    backtests.source
from backtests
