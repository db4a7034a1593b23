-- How many shares of the as-of day one share of an earlier or later day is, in intervals between
-- splits. Reported share counts are multiplied by the interval of their own day; prices and
-- volumes are stored split-adjusted, so they belong to the last interval.
-- grain: security_id, valid_from_on
-- units: split_ratio in as-of shares per share of the interval
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

securities as (
    select * from scenario.securities
),

splits as (
    select * from staging.splits
),

counted as (
    select
        securities.security_id,
        date '0001-01-01' as valid_from_on,
        0.0 as log_ratio
    from securities
    union all
    select
        splits.security_id,
        splits.effective_on as valid_from_on,
        ln(splits.split_ratio) as log_ratio
    from splits
    inner join securities on splits.security_id = securities.security_id
),

accumulated as (
    select
        counted.security_id,
        counted.valid_from_on,
        coalesce(
            lead(counted.valid_from_on) over (
                partition by counted.security_id
                order by counted.valid_from_on
            ),
            date '9999-12-31'
        ) as valid_until_on,
        sum(counted.log_ratio) over (
            partition by counted.security_id
            order by counted.valid_from_on
            rows between unbounded preceding and current row
        ) as log_count
    from counted
),

as_of_intervals as (
    select
        accumulated.security_id,
        accumulated.log_count
    from accumulated
    cross join assumptions
    where
        accumulated.valid_from_on <= assumptions.as_of_on
        and accumulated.valid_until_on > assumptions.as_of_on
)

select
    accumulated.security_id,
    accumulated.valid_from_on,
    accumulated.valid_until_on,
    round(exp(as_of_intervals.log_count - accumulated.log_count), 9) as split_ratio
from accumulated
inner join as_of_intervals on accumulated.security_id = as_of_intervals.security_id
