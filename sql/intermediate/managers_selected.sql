-- One position of each manager from before the as-of date (the newest; public by the known-on date
-- where the question sets one) and one from after (the first), as reported and scaled by the share count of its day to that of the as-of day.
-- Before the first share count no scale is known, and the position stands as reported.
-- grain: security_id, manager_id, vintage
-- units: reported_shares and scaled_shares in shares of the as-of day; scale_ratio as-of shares
--   per share of the row's day

with

assumptions as (
    select * from scenario.assumptions
),

manager_holdings as (
    select * from staging.manager_holdings
),

securities_asked as (
    select * from intermediate.securities_asked
),

counts_dated as (
    select * from intermediate.counts_dated
),

split_intervals as (
    select * from intermediate.split_intervals
),

dated as (
    select
        manager_holdings.security_id,
        manager_holdings.manager_id,
        manager_holdings.manager_name,
        manager_holdings.as_of_on,
        manager_holdings.is_index_heavy,
        manager_holdings.basis,
        manager_holdings.source,
        manager_holdings.shares * split_intervals.split_ratio as reported_shares,
        securities_asked.shares_outstanding,
        case
            when
                manager_holdings.as_of_on <= assumptions.as_of_on
                -- a filing is due 45 days after its quarter
                and (
                    assumptions.known_on is null
                    or manager_holdings.as_of_on + interval '45' day <= assumptions.known_on
                )
                then 'known'
            else 'later'
        end as vintage
    from manager_holdings
    cross join assumptions
    inner join securities_asked on manager_holdings.security_id = securities_asked.security_id
    inner join split_intervals
        on
            manager_holdings.security_id = split_intervals.security_id
            and manager_holdings.as_of_on >= split_intervals.valid_from_on
            and manager_holdings.as_of_on < split_intervals.valid_until_on
),

ranked as (
    select
        dated.security_id,
        dated.manager_id,
        dated.vintage,
        dated.manager_name,
        dated.as_of_on,
        dated.is_index_heavy,
        dated.reported_shares,
        dated.shares_outstanding,
        dated.basis,
        dated.source,
        row_number() over (
            partition by dated.security_id, dated.manager_id, dated.vintage
            order by
                case when dated.vintage = 'known' then dated.as_of_on end desc nulls last,
                dated.as_of_on
        ) as nearest_rank
    from dated
),

counted as (
    select
        ranked.security_id,
        ranked.manager_id,
        ranked.vintage,
        max_by(counts_dated.shares, counts_dated.counted_on) as counted_shares
    from ranked
    inner join counts_dated
        on
            ranked.security_id = counts_dated.security_id
            and ranked.as_of_on >= counts_dated.counted_on
    where ranked.nearest_rank = 1
    group by ranked.security_id, ranked.manager_id, ranked.vintage
)

select
    ranked.security_id,
    ranked.manager_id,
    ranked.vintage,
    ranked.manager_name,
    ranked.as_of_on,
    ranked.is_index_heavy,
    ranked.reported_shares,
    ranked.shares_outstanding / counted.counted_shares as scale_ratio,
    ranked.reported_shares * coalesce(ranked.shares_outstanding / counted.counted_shares, 1)
        as scaled_shares,
    ranked.basis,
    ranked.source
from ranked
left join counted
    on
        ranked.security_id = counted.security_id
        and ranked.manager_id = counted.manager_id
        and ranked.vintage = counted.vintage
where ranked.nearest_rank = 1
