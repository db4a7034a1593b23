-- Forecasts of past index changes beside the figures published for them. Shown, not scored: a
-- forecast that was set to its figure, one whose ratio was set with the case (or where nobody says
-- it was not), one without a published figure, and a change that was not observed in force.
-- grain: case_id
-- units: _shares in shares; forecast_of_published_ratio forecast over published, may exceed 1
-- example: select case_id, forecast_shares, published_shares from marts.backtests where is_scored

with

backtests as (
    select * from staging.backtests
)

select
    backtests.case_id,
    backtests.provider_id,
    backtests.security_name,
    backtests.effective_on,
    backtests.forecast_shares,
    backtests.published_shares,
    backtests.forecast_shares / nullif(backtests.published_shares, 0)
        as forecast_of_published_ratio,
    backtests.interval_low_shares,
    backtests.interval_high_shares,
    backtests.published_shares between backtests.interval_low_shares
    and backtests.interval_high_shares as is_inside,
    backtests.day_volume_shares,
    backtests.day_volume_shares / nullif(backtests.forecast_shares, 0)
        as day_volume_of_forecast_ratio,
    backtests.is_calibrated,
    backtests.is_in_sample,
    backtests.implemented_on,
    backtests.implemented_source,
    not backtests.is_calibrated
    and coalesce(not backtests.is_in_sample, false)
    and backtests.implemented_on is not null
    and coalesce(backtests.published_shares > 0 and backtests.forecast_shares > 0, false)
        as is_scored,
    backtests.forecast_by,
    backtests.published_kind,
    backtests.note,
    backtests.basis,
    backtests.source
from backtests
order by backtests.effective_on nulls last, backtests.case_id
