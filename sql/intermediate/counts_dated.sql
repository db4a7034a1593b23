-- Every dated share count of the securities asked about, later ones than the as-of date too (but none
-- after the known-on date where the question sets one): what scales positions of
-- other days and what a frozen index did not follow.
-- grain: security_id, counted_on
-- units: shares in shares of the as-of day

with

assumptions as (
    select * from scenario.assumptions
),

asked as (
    select * from scenario.securities
),

securities as (
    select * from staging.securities
),

share_counts as (
    select * from staging.share_counts
),

split_intervals as (
    select * from intermediate.split_intervals
),

counts as (
    select
        share_counts.security_id,
        share_counts.as_of_on as counted_on,
        share_counts.shares
    from share_counts
    union all
    select
        securities.security_id,
        securities.shares_on as counted_on,
        securities.shares_outstanding as shares
    from securities
    where
        securities.shares_on is not null
        and securities.shares_outstanding is not null
        and not exists (
            select 1
            from share_counts
            where
                share_counts.security_id = securities.security_id
                and share_counts.as_of_on = securities.shares_on
        )
)

select
    counts.security_id,
    counts.counted_on,
    counts.shares * split_intervals.split_ratio as shares
from counts
cross join assumptions
inner join asked on counts.security_id = asked.security_id
inner join split_intervals
    on
        counts.security_id = split_intervals.security_id
        and counts.counted_on >= split_intervals.valid_from_on
        and counts.counted_on < split_intervals.valid_until_on
where assumptions.known_on is null or counts.counted_on <= assumptions.known_on
