-- Each published figure on one security asked about with the price it rests on: its market value
-- over the shares which that counts, else the close of its day or of the ten days before. Where
-- nobody says which shares a market value counts, it gives no price.
-- grain: estimate_id
-- units: _usd in US dollars; own_close_usd and set_close_usd in US dollars per share of the as-of
--   day; set_count_shares, the count of the day a ratio was set, in shares of the as-of day

with

published_estimates as (
    select * from staging.published_estimates
),

securities_asked as (
    select * from intermediate.securities_asked
),

tracking_ratios as (
    select * from staging.tracking_ratios
),

prices as (
    select * from staging.prices
),

split_intervals as (
    select * from intermediate.split_intervals
),

counts_dated as (
    select * from intermediate.counts_dated
),

-- the day a ratio was set is the day whose close turns a published figure into that ratio
dated as (
    select
        published_estimates.estimate_id,
        securities_asked.security_id,
        securities_asked.shares_outstanding,
        published_estimates.published_on,
        published_estimates.assumed_market_cap_usd / case published_estimates.market_cap_counts
            when 'all_common'
                then securities_asked.shares_outstanding
                    + coalesce(securities_asked.unlisted_shares, 0)
            when 'listed_class' then securities_asked.shares_outstanding
            when 'float' then securities_asked.float_shares
        end as implied_close_usd,
        max(tracking_ratios.as_of_on) as set_on
    from published_estimates
    inner join securities_asked on published_estimates.subject = securities_asked.security_id
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
        published_estimates.published_on,
        published_estimates.assumed_market_cap_usd,
        published_estimates.market_cap_counts
),

closes as (
    select
        dated.estimate_id,
        max_by(prices.close_usd, prices.priced_on)
        filter (
            where prices.priced_on <= dated.published_on
            and prices.priced_on >= dated.published_on - interval '10' day
        ) as own_close_usd,
        max_by(prices.close_usd, prices.priced_on)
        filter (where prices.priced_on <= dated.set_on) as set_close_usd
    from dated
    inner join prices on dated.security_id = prices.security_id
    group by dated.estimate_id
),

set_counts as (
    select
        dated.estimate_id,
        max_by(counts_dated.shares, counts_dated.counted_on) as set_count_shares
    from dated
    inner join counts_dated
        on
            dated.security_id = counts_dated.security_id
            and dated.set_on >= counts_dated.counted_on
    group by dated.estimate_id
)

select
    dated.estimate_id,
    dated.security_id,
    coalesce(
        dated.implied_close_usd,
        closes.own_close_usd / split_intervals.split_ratio
    ) as own_close_usd,
    case
        when dated.implied_close_usd is not null
            then 'its market value over the shares it counts'
        when closes.own_close_usd is not null then 'close of its day'
    end as own_price_source,
    closes.set_close_usd / split_intervals.split_ratio as set_close_usd,
    coalesce(set_counts.set_count_shares, dated.shares_outstanding)
        as set_count_shares
from dated
inner join split_intervals
    on
        dated.security_id = split_intervals.security_id
        and split_intervals.valid_until_on = date '9999-12-31'
left join closes on dated.estimate_id = closes.estimate_id
left join set_counts on dated.estimate_id = set_counts.estimate_id
