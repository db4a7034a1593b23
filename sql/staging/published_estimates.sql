-- Outflow figures that others published.
-- grain: estimate_id
-- units: outflow_low_usd in US dollars; outflow_high_usd in US dollars; assumed_market_cap_usd in
--   US dollars

with

published_estimates as (
    select * from raw.published_estimates
)

select
    published_estimates.estimate_id,
    published_estimates.estimator,
    cast(published_estimates.published_on as date) as published_on,
    published_estimates.scope,
    published_estimates.subject,
    cast(published_estimates.outflow_low_usd as double) as outflow_low_usd,
    cast(published_estimates.outflow_high_usd as double) as outflow_high_usd,
    published_estimates.reading,
    cast(published_estimates.assumed_market_cap_usd as double) as assumed_market_cap_usd,
    published_estimates.market_cap_counts,
    published_estimates.wording,
    published_estimates.basis,
    published_estimates.source
from published_estimates
