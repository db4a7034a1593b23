-- The reviews of a frozen provider since its freeze, and the shares each would have added to the
-- count. A review that changed no counts for anyone (event counts_unchanged) adds none; the next
-- one catches up. Where no share count was published since the one before, the shares are unknown;
-- those of reviews whose day is not known are, in one row without a day.
-- grain: scenario_id, provider_id, security_id, reviewed_on
-- units: review_shares and new_shares in shares of the as-of day; close_usd in US dollars per share
--   at the review
-- example: select ticker, reviewed_on, new_shares from marts.frozen_reviews

with

assumptions as (
    select * from scenario.assumptions
),

freezes_dated as (
    select * from intermediate.freezes_dated
),

decisions as (
    select * from staging.decisions
),

counts_dated as (
    select * from intermediate.counts_dated
),

securities_asked as (
    select * from intermediate.securities_asked
),

closes as (
    select * from marts.closes
),

unchanged as (
    select
        decisions.provider_id,
        decisions.happens_on
    from decisions
    where decisions.event = 'counts_unchanged'
),

reviewed as (
    select
        freezes_dated.scenario_id,
        freezes_dated.provider_id,
        freezes_dated.security_id,
        freezes_dated.counted_shares,
        freezes_dated.counted_on,
        decisions.happens_on as reviewed_on,
        not exists (
            select 1
            from unchanged
            where
                unchanged.provider_id = freezes_dated.provider_id
                and unchanged.happens_on = decisions.happens_on
        ) as is_count_review
    from freezes_dated
    cross join assumptions
    inner join decisions
        on
            freezes_dated.provider_id = decisions.provider_id
            and freezes_dated.frozen_from_on < decisions.happens_on
            and decisions.event in ('effective', 'reconstitution')
    where decisions.happens_on <= assumptions.as_of_on
    group by
        freezes_dated.scenario_id,
        freezes_dated.provider_id,
        freezes_dated.security_id,
        freezes_dated.counted_shares,
        freezes_dated.counted_on,
        decisions.happens_on
),

counted as (
    select
        reviewed.scenario_id,
        reviewed.provider_id,
        reviewed.security_id,
        reviewed.counted_shares,
        reviewed.counted_on,
        reviewed.reviewed_on,
        reviewed.is_count_review,
        max(counts_dated.counted_on) as newest_on,
        max_by(counts_dated.shares, counts_dated.counted_on) as newest_shares
    from reviewed
    left join counts_dated
        on
            reviewed.security_id = counts_dated.security_id
            and reviewed.reviewed_on >= counts_dated.counted_on
    group by
        reviewed.scenario_id,
        reviewed.provider_id,
        reviewed.security_id,
        reviewed.counted_shares,
        reviewed.counted_on,
        reviewed.reviewed_on,
        reviewed.is_count_review
),

compared as (
    select
        counted.scenario_id,
        counted.provider_id,
        counted.security_id,
        counted.reviewed_on,
        counted.is_count_review,
        counted.newest_on,
        counted.newest_shares as review_shares,
        coalesce(
            lag(counted.newest_on) over same_kind, counted.counted_on
        ) as before_on,
        coalesce(
            lag(counted.newest_shares) over same_kind, counted.counted_shares
        ) as before_shares
    from counted
    window
        same_kind as (
            partition by
                counted.scenario_id,
                counted.provider_id,
                counted.security_id,
                counted.is_count_review
            order by counted.reviewed_on
        )
),

priced as (
    select
        compared.scenario_id,
        compared.provider_id,
        compared.security_id,
        compared.reviewed_on,
        max_by(closes.close_usd, closes.priced_on) as close_usd
    from compared
    inner join closes
        on
            compared.security_id = closes.security_id
            and compared.reviewed_on >= closes.priced_on
            and closes.priced_on >= compared.reviewed_on - interval '10' day
    group by
        compared.scenario_id, compared.provider_id, compared.security_id, compared.reviewed_on
),

undated as (
    select distinct
        freezes_dated.scenario_id,
        freezes_dated.provider_id,
        freezes_dated.security_id
    from freezes_dated
    cross join assumptions
    inner join decisions on freezes_dated.provider_id = decisions.provider_id
    where
        decisions.happens_on is null
        and decisions.event in ('effective', 'reconstitution')
        and freezes_dated.frozen_from_on < assumptions.as_of_on
        and coalesce(decisions.earliest_on, date '0001-01-01') <= assumptions.as_of_on
        and coalesce(decisions.latest_on, date '9999-12-31') > freezes_dated.frozen_from_on
),

gathered as (
    select
        compared.scenario_id,
        compared.provider_id,
        compared.security_id,
        compared.reviewed_on,
        compared.is_count_review,
        compared.review_shares,
        case
            when not compared.is_count_review then 0e0
            when compared.newest_on > compared.before_on
                then compared.review_shares - compared.before_shares
        end as new_shares,
        priced.close_usd
    from compared
    left join priced
        on
            compared.scenario_id = priced.scenario_id
            and compared.provider_id = priced.provider_id
            and compared.security_id = priced.security_id
            and compared.reviewed_on = priced.reviewed_on
    union all
    select
        undated.scenario_id,
        undated.provider_id,
        undated.security_id,
        cast(null as date) as reviewed_on,
        true as is_count_review,
        cast(null as double) as review_shares,
        cast(null as double) as new_shares,
        cast(null as double) as close_usd
    from undated
)

select
    gathered.scenario_id,
    gathered.provider_id,
    gathered.security_id,
    securities_asked.ticker,
    gathered.reviewed_on,
    gathered.is_count_review,
    gathered.review_shares,
    gathered.new_shares,
    gathered.close_usd
from gathered
inner join securities_asked on gathered.security_id = securities_asked.security_id
order by
    gathered.scenario_id, gathered.provider_id, securities_asked.position_id,
    gathered.reviewed_on nulls last
