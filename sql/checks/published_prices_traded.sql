-- The price that a published figure's market value gives lies within 2 % of a close from three
-- sessions before its day to three after.
-- says: published figures rest on market values at prices that never traded: they are not compared
-- severity: warn
-- scope: question
-- remedy: Correct assumed_market_cap_usd, market_cap_counts or published_on in published_estimates.

with

assumptions as (
    select * from scenario.assumptions
),

estimates_priced as (
    select * from intermediate.estimates_priced
),

published_estimates as (
    select * from staging.published_estimates
)

select
    estimates_priced.estimate_id as subject,
    concat_ws(
        ' ', 'gives', round(estimates_priced.implied_close_usd, 2), 'US dollars a share,',
        round(estimates_priced.off_close_ratio * 100, 1), '% off the nearest close'
    ) as fact
from estimates_priced
cross join assumptions
inner join published_estimates
    on estimates_priced.estimate_id = published_estimates.estimate_id
where
    estimates_priced.off_close_ratio > 0.02
    and published_estimates.published_on <= assumptions.facts_until_on
