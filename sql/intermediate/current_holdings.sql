-- What each fund holds of the securities asked about: its newest row with a share count in a
-- visible report, unless a later full report of the fund omits the security (then it is sold). A row
-- of it that could not be read is no omission: what was known before stays.
-- grain: fund_id, security_id
-- units: shares in shares of the as-of day; reported_shares in shares as reported;
--   market_value_usd in US dollars as reported
-- kind: table

with

holdings_asked as (
    select * from intermediate.holdings_asked
),

reports_visible as (
    select * from intermediate.reports_visible
),

split_intervals as (
    select * from intermediate.split_intervals
),

full_reports as (
    select * from intermediate.full_reports
),

unread_positions as (
    select * from staging.unread_positions
),

ranked as (
    select
        holdings_asked.fund_id,
        holdings_asked.security_id,
        holdings_asked.as_of_on,
        holdings_asked.shares,
        holdings_asked.market_value_usd,
        holdings_asked.basis,
        holdings_asked.source,
        reports_visible.is_stale,
        row_number() over (
            partition by holdings_asked.fund_id, holdings_asked.security_id
            order by holdings_asked.as_of_on desc
        ) as newest_rank
    from holdings_asked
    inner join reports_visible
        on
            holdings_asked.fund_id = reports_visible.fund_id
            and holdings_asked.as_of_on = reports_visible.as_of_on
    where holdings_asked.shares is not null
),

unread_pairs as (
    select distinct
        unread_positions.fund_id,
        unread_positions.security_id
    from unread_positions
),

never_omitted as (
    select
        ranked.fund_id,
        ranked.security_id
    from ranked
    inner join unread_pairs
        on ranked.fund_id = unread_pairs.fund_id and ranked.security_id = unread_pairs.security_id
    inner join reports_visible
        on
            ranked.fund_id = reports_visible.fund_id
            and ranked.as_of_on < reports_visible.as_of_on
    left join unread_positions
        on
            ranked.fund_id = unread_positions.fund_id
            and ranked.security_id = unread_positions.security_id
            and reports_visible.as_of_on = unread_positions.as_of_on
    where ranked.newest_rank = 1 and reports_visible.holdings_scope = 'full'
    group by ranked.fund_id, ranked.security_id
    having count(*) = count(unread_positions.security_id)
)

select
    ranked.fund_id,
    ranked.security_id,
    ranked.as_of_on,
    ranked.shares * split_intervals.split_ratio as shares,
    ranked.shares as reported_shares,
    ranked.market_value_usd,
    ranked.is_stale,
    ranked.basis,
    ranked.source
from ranked
inner join split_intervals
    on
        ranked.security_id = split_intervals.security_id
        and ranked.as_of_on >= split_intervals.valid_from_on
        and ranked.as_of_on < split_intervals.valid_until_on
left join full_reports on ranked.fund_id = full_reports.fund_id
left join never_omitted
    on ranked.fund_id = never_omitted.fund_id and ranked.security_id = never_omitted.security_id
where
    ranked.newest_rank = 1
    and (
        full_reports.as_of_on is null
        or full_reports.as_of_on <= ranked.as_of_on
        or never_omitted.fund_id is not null
    )
order by ranked.security_id nulls first, ranked.fund_id nulls first
