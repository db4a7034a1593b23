-- What trackers of a frozen provider hold by its standing count, and what they would hold without
-- the freeze: by the provider's own count where one is known, else by the company's. Decreases of
-- the count at later reviews apply. The ratio is the sourced one, else what covered funds hold
-- of the counted shares.
-- grain: scenario_id, provider_id, security_id
-- units: _shares in shares of the as-of day; tracking_ratio and inclusion_factor ratios (0-1) of
--   the counted shares; close_usd in US dollars per share
-- example: select ticker, counted_shares, actual_shares from marts.frozen_positions

with

freezes_dated as (
    select * from intermediate.freezes_dated
),

frozen_reviews as (
    select * from marts.frozen_reviews
),

ratios_applied as (
    select * from intermediate.ratios_applied
),

outflows_estimated as (
    select * from intermediate.outflows_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

share_counts as (
    select * from staging.share_counts
),

followed as (
    select distinct share_counts.security_id
    from share_counts
),

lowest as (
    select
        frozen_reviews.scenario_id,
        frozen_reviews.provider_id,
        frozen_reviews.security_id,
        min(frozen_reviews.review_shares) as review_shares
    from frozen_reviews
    where frozen_reviews.is_count_review
    group by
        frozen_reviews.scenario_id, frozen_reviews.provider_id, frozen_reviews.security_id
),

standing as (
    select
        freezes_dated.scenario_id,
        freezes_dated.provider_id,
        freezes_dated.security_id,
        freezes_dated.is_decided,
        freezes_dated.frozen_from_on,
        freezes_dated.last_reviewed_on,
        freezes_dated.counted_on,
        freezes_dated.index_shares is not null as is_own_count,
        least(
            coalesce(freezes_dated.index_shares, freezes_dated.counted_shares),
            coalesce(lowest.review_shares, freezes_dated.index_shares, freezes_dated.counted_shares)
        ) as counted_shares
    from freezes_dated
    left join lowest
        on
            freezes_dated.scenario_id = lowest.scenario_id
            and freezes_dated.provider_id = lowest.provider_id
            and freezes_dated.security_id = lowest.security_id
)

select
    standing.scenario_id,
    standing.provider_id,
    standing.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    standing.is_decided,
    standing.frozen_from_on,
    standing.last_reviewed_on,
    standing.counted_on,
    standing.counted_shares,
    securities_asked.shares_outstanding as actual_shares,
    coalesce(
        ratios_applied.tracking_ratio,
        nullif(outflows_estimated.observed_shares, 0) / standing.counted_shares
    ) as tracking_ratio,
    case
        when ratios_applied.tracking_ratio is not null then ratios_applied.basis
        when outflows_estimated.observed_shares > 0 then 'observed'
    end as tracking_ratio_basis,
    case
        when ratios_applied.tracking_ratio is null then 1e0
        -- the provider's own count has its factor in it already
        when standing.is_own_count and ratios_applied.denominator = 'index_shares' then 1e0
        else ratios_applied.denominator_shares / securities_asked.shares_outstanding
    end as inclusion_factor,
    prices_selected.close_usd,
    followed.security_id is not null as has_share_history,
    case
        when followed.security_id is null then 'no share counts over time in the data'
        when standing.counted_shares is null then 'no share count at the last review in the data'
        when securities_asked.shares_outstanding is null then 'the share count is unknown'
        when
            ratios_applied.tracking_ratio is null
            and coalesce(outflows_estimated.observed_shares, 0) = 0
            then 'no holdings in covered funds and no ratio applies'
    end as unknown_reason
from standing
inner join securities_asked on standing.security_id = securities_asked.security_id
inner join prices_selected on standing.security_id = prices_selected.security_id
left join followed on standing.security_id = followed.security_id
inner join outflows_estimated
    on
        standing.provider_id = outflows_estimated.provider_id
        and standing.security_id = outflows_estimated.security_id
left join ratios_applied
    on
        standing.provider_id = ratios_applied.provider_id
        and standing.security_id = ratios_applied.security_id
order by standing.scenario_id, standing.provider_id, securities_asked.position_id
