-- The shares that a provider counts of a company are no more than twice its shares outstanding, and
-- no less than a thousandth: 261 instead of 261 m would be.
-- says: counted index shares do not fit the company (millions instead of shares?)
-- severity: refuse
-- scope: question
-- remedy: Give index_shares in shares of the listed class, by their own day's count.

with

index_shares as (
    select * from staging.index_shares
),

securities_asked as (
    select * from intermediate.securities_asked
),

split_intervals as (
    select * from intermediate.split_intervals
),

counted as (
    select
        index_shares.provider_id,
        index_shares.security_id,
        index_shares.effective_on,
        index_shares.index_shares * split_intervals.split_ratio as index_shares,
        securities_asked.shares_outstanding
    from index_shares
    inner join securities_asked on index_shares.security_id = securities_asked.security_id
    inner join split_intervals
        on
            index_shares.security_id = split_intervals.security_id
            and index_shares.effective_on >= split_intervals.valid_from_on
            and index_shares.effective_on < split_intervals.valid_until_on
)

select
    concat_ws(' ', counted.provider_id, counted.security_id) as subject,
    concat_ws(
        ' ', 'counts', counted.index_shares, 'since', counted.effective_on, 'of',
        counted.shares_outstanding, 'outstanding'
    ) as fact
from counted
where
    counted.index_shares > 2 * counted.shares_outstanding
    or counted.index_shares * 1000 < counted.shares_outstanding
