-- Each published figure on one security asked about with the price it rests on: its market value
-- over the shares which that counted on its day, else the close of its day or of the ten days
-- before. Where nobody says which shares a market value counts, it gives no price; where the price
-- lies more than 2 % off every close from three sessions before its day to three after, it never
-- traded, and the figure has none.
-- grain: estimate_id
-- units: _usd in US dollars; own_close_usd, implied_close_usd and set_close_usd in US dollars per
--   share of the as-of day; own_count_shares, the count of the figure's day, in shares of the as-of
--   day; off_close_ratio how far the implied price lies off the nearest of those closes

with

assumptions as (
    select * from scenario.assumptions
),

published_estimates as (
    select * from staging.published_estimates
),

securities_asked as (
    select * from intermediate.securities_asked
),

tracking_ratios as (
    select * from staging.tracking_ratios
),

split_intervals as (
    select * from intermediate.split_intervals
),

counts_dated as (
    select * from intermediate.counts_dated
),

own_counts as (
    select
        published_estimates.estimate_id,
        max_by(counts_dated.shares, counts_dated.counted_on) as shares
    from published_estimates
    inner join counts_dated
        on
            published_estimates.subject = counts_dated.security_id
            and published_estimates.published_on >= counts_dated.counted_on
    group by published_estimates.estimate_id
),

-- the day a ratio was set is the day whose close turns a published figure into that ratio
dated as (
    select
        published_estimates.estimate_id,
        securities_asked.security_id,
        securities_asked.shares_outstanding,
        coalesce(own_counts.shares, securities_asked.shares_outstanding) as own_count_shares,
        published_estimates.published_on,
        published_estimates.assumed_market_cap_usd / case published_estimates.market_cap_counts
            when 'all_common'
                then coalesce(own_counts.shares, securities_asked.shares_outstanding)
                    + coalesce(securities_asked.unlisted_shares, 0)
            when 'listed_class'
                then coalesce(own_counts.shares, securities_asked.shares_outstanding)
            when 'float' then securities_asked.float_shares
        end as implied_close_usd,
        max(tracking_ratios.as_of_on) as set_on
    from published_estimates
    inner join securities_asked on published_estimates.subject = securities_asked.security_id
    left join own_counts on published_estimates.estimate_id = own_counts.estimate_id
    left join tracking_ratios
        on
            securities_asked.security_id = tracking_ratios.applies_to_id
            and tracking_ratios.basis in ('calibrated', 'illustrative')
    group by
        published_estimates.estimate_id,
        securities_asked.security_id,
        securities_asked.shares_outstanding,
        securities_asked.unlisted_shares,
        securities_asked.float_shares,
        own_counts.shares,
        published_estimates.published_on,
        published_estimates.assumed_market_cap_usd,
        published_estimates.market_cap_counts
),

closes as (
    select
        dated.estimate_id,
        max_by(prices_asked.close_usd, prices_asked.priced_on)
        filter (
            where prices_asked.priced_on <= dated.published_on
            and prices_asked.priced_on >= dated.published_on - interval '10' day
        ) as own_close_usd,
        max_by(prices_asked.close_usd, prices_asked.priced_on)
        filter (where prices_asked.priced_on <= dated.set_on) as set_close_usd
    from dated
    inner join intermediate.prices_asked on dated.security_id = prices_asked.security_id
    group by dated.estimate_id
),

sessions as (
    select
        dated.estimate_id,
        dated.implied_close_usd,
        prices_asked.priced_on > dated.published_on as is_after,
        prices_asked.close_usd / split_intervals.split_ratio as close_usd,
        row_number() over (
            partition by dated.estimate_id, prices_asked.priced_on > dated.published_on
            order by
                case when prices_asked.priced_on <= dated.published_on then prices_asked.priced_on end
                desc nulls last,
                prices_asked.priced_on
        ) as session_rank
    from dated
    cross join assumptions
    inner join intermediate.prices_asked
        on
            dated.security_id = prices_asked.security_id
            and prices_asked.priced_on >= dated.published_on - interval '10' day
            and prices_asked.priced_on <= dated.published_on + interval '10' day
    inner join split_intervals
        on
            dated.security_id = split_intervals.security_id
            and split_intervals.is_price_basis
    where prices_asked.priced_on <= assumptions.facts_until_on or prices_asked.priced_on <= dated.published_on
),

traded as (
    select
        sessions.estimate_id,
        min(abs(sessions.implied_close_usd / sessions.close_usd - 1)) as off_close_ratio
    from sessions
    where sessions.session_rank <= case when sessions.is_after then 3 else 4 end
    group by sessions.estimate_id
)

select
    dated.estimate_id,
    dated.security_id,
    dated.implied_close_usd,
    traded.off_close_ratio,
    case
        when dated.implied_close_usd is null then closes.own_close_usd / split_intervals.split_ratio
        when coalesce(traded.off_close_ratio, 0) <= 0.02 then dated.implied_close_usd
    end as own_close_usd,
    case
        when dated.implied_close_usd is null and closes.own_close_usd is not null
            then 'close of its day'
        when coalesce(traded.off_close_ratio, 0) <= 0.02 and dated.implied_close_usd is not null
            then 'its market value over the shares it counts'
    end as own_price_source,
    dated.own_count_shares,
    closes.set_close_usd / split_intervals.split_ratio as set_close_usd
from dated
inner join split_intervals
    on
        dated.security_id = split_intervals.security_id
        and split_intervals.valid_until_on = date '9999-12-31'
left join closes on dated.estimate_id = closes.estimate_id
left join traded on dated.estimate_id = traded.estimate_id
