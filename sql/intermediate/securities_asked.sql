-- The securities of the question with their share counts in force on the as-of date.
-- grain: security_id
-- units: shares_outstanding, float_shares and unlisted_shares (of the unlisted classes) in shares of
--   the as-of day
-- kind: table

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
        securities.security_id,
        securities.shares_outstanding,
        securities.float_shares,
        securities.shares_on,
        1 as preference
    from securities
    where securities.shares_outstanding is not null
    union all
    select
        share_counts.security_id,
        share_counts.shares as shares_outstanding,
        null as float_shares,
        share_counts.as_of_on as shares_on,
        2 as preference
    from share_counts
),

ranked as (
    select
        counts.security_id,
        counts.shares_outstanding,
        counts.shares_on,
        row_number() over (
            partition by counts.security_id
            order by counts.shares_on desc nulls last, counts.preference
        ) as newest_rank
    from counts
    cross join assumptions
    where counts.shares_on is null or counts.shares_on <= assumptions.facts_until_on
),

newest as (
    select
        ranked.security_id,
        ranked.shares_outstanding * split_intervals.split_ratio as shares_outstanding,
        ranked.shares_on
    from ranked
    cross join assumptions
    inner join split_intervals
        on
            ranked.security_id = split_intervals.security_id
            and coalesce(ranked.shares_on, assumptions.as_of_on) >= split_intervals.valid_from_on
            and coalesce(ranked.shares_on, assumptions.as_of_on) < split_intervals.valid_until_on
    where ranked.newest_rank = 1
),

floats as (
    select
        securities.security_id,
        securities.float_shares * split_intervals.split_ratio as float_shares,
        securities.unlisted_shares * split_intervals.split_ratio as unlisted_shares
    from securities
    cross join assumptions
    inner join split_intervals
        on
            securities.security_id = split_intervals.security_id
            and coalesce(securities.shares_on, assumptions.as_of_on)
            >= split_intervals.valid_from_on
            and coalesce(securities.shares_on, assumptions.as_of_on)
            < split_intervals.valid_until_on
    where securities.shares_on is null or securities.shares_on <= assumptions.facts_until_on
)

select
    asked.security_id,
    securities.ticker,
    securities.security_name,
    securities.issuer_id,
    asked.is_in_basket,
    asked.position_id,
    newest.shares_outstanding,
    floats.float_shares,
    floats.unlisted_shares,
    newest.shares_on
from asked
inner join securities on asked.security_id = securities.security_id
left join newest on asked.security_id = newest.security_id
left join floats on asked.security_id = floats.security_id
