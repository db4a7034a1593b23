-- What each fund holds of the securities asked about: what its newest visible report lists, where
-- that is a full one, else its newest row with a share count. A row of a full report that could not be
-- read is no omission: what was known before stays.
-- grain: fund_id, security_id
-- units: shares in shares of the as-of day; reported_shares in shares as reported;
--   market_value_usd in US dollars as reported
-- kind: table of what is asked

with

holdings_asked as (
    select * from intermediate.holdings_asked
),

reports_selected as (
    select * from intermediate.reports_selected
),

split_intervals as (
    select * from intermediate.split_intervals
),

unread_positions as (
    select * from staging.unread_positions
),

unread_pairs as (
    select distinct
        unread_positions.fund_id,
        unread_positions.security_id
    from unread_positions
),

-- months without a newest report of anybody are not read
days_read as (
    select distinct reports_selected.as_of_on
    from reports_selected
),

newest as (
    select
        holdings_asked.fund_id,
        holdings_asked.security_id,
        holdings_asked.as_of_on,
        holdings_asked.shares,
        holdings_asked.market_value_usd,
        reports_selected.is_stale,
        holdings_asked.basis,
        holdings_asked.source
    from holdings_asked
    inner join reports_selected
        on
            holdings_asked.fund_id = reports_selected.fund_id
            and holdings_asked.as_of_on = reports_selected.as_of_on
    left join unread_pairs
        on
            holdings_asked.fund_id = unread_pairs.fund_id
            and holdings_asked.security_id = unread_pairs.security_id
    where
        holdings_asked.as_of_on in (select days_read.as_of_on from days_read)
        and reports_selected.holdings_scope = 'full'
        and unread_pairs.fund_id is null
        and holdings_asked.shares is not null
    union all
    select
        holdings_unsettled.fund_id,
        holdings_unsettled.security_id,
        holdings_unsettled.as_of_on,
        holdings_unsettled.shares,
        holdings_unsettled.market_value_usd,
        holdings_unsettled.is_stale,
        holdings_unsettled.basis,
        holdings_unsettled.source
    from intermediate.holdings_unsettled
)

select
    newest.fund_id,
    newest.security_id,
    newest.as_of_on,
    newest.shares * split_intervals.split_ratio as shares,
    newest.shares as reported_shares,
    newest.market_value_usd,
    newest.is_stale,
    newest.basis,
    newest.source
from newest
inner join split_intervals
    on
        newest.security_id = split_intervals.security_id
        and newest.as_of_on >= split_intervals.valid_from_on
        and newest.as_of_on < split_intervals.valid_until_on
order by newest.security_id nulls first, newest.fund_id nulls first
