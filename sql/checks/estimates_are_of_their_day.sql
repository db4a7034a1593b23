-- Every estimate for a security of the basket could be made on the as-of day.
-- says: tracking ratios or tracked assets set after the as-of day are not used
-- severity: note
-- scope: question
-- remedy: Ask with an --as-of from the day named on, or give --tracking-ratio or --tracked-aum.

with

assumptions as (
    select * from scenario.assumptions
),

tracking_ratios as (
    select * from staging.tracking_ratios
),

indices as (
    select * from staging.indices
),

securities_asked as (
    select * from intermediate.securities_asked
),

asked_providers as (
    select distinct providers.provider_id
    from scenario.providers as providers
),

ratios as (
    select
        securities_asked.ticker,
        tracking_ratios.provider_id,
        min(tracking_ratios.as_of_on) as since_on
    from tracking_ratios
    inner join securities_asked on tracking_ratios.applies_to_id = securities_asked.security_id
    inner join asked_providers on tracking_ratios.provider_id = asked_providers.provider_id
    where securities_asked.is_in_basket and tracking_ratios.applies_to = 'security'
    group by securities_asked.ticker, tracking_ratios.provider_id
),

assets as (
    select
        indices.index_name,
        indices.provider_id,
        indices.tracked_aum_on as since_on
    from indices
    inner join asked_providers on indices.provider_id = asked_providers.provider_id
    where indices.tracked_aum_usd is not null and indices.tracked_aum_on is not null
)

select
    ratios.ticker as subject,
    concat_ws(
        ' ', 'the tracking ratio of', ratios.provider_id, 'is known since', ratios.since_on
    ) as fact
from ratios
cross join assumptions
where ratios.since_on > assumptions.as_of_on
union all
select
    assets.index_name as subject,
    concat_ws(' ', 'its tracked assets are known since', assets.since_on) as fact
from assets
cross join assumptions
where assets.since_on > assumptions.as_of_on
