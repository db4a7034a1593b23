-- What funds hold of the securities asked about where the newest visible report does not settle it: it
-- is an excerpt, or a row of the position could not be read. Then the newest row with a share count
-- counts, unless a later full report of the fund omits the security; a row that could not be read is
-- no omission: what was known before stays.
-- grain: fund_id, security_id
-- units: shares in shares as reported; market_value_usd in US dollars as reported
-- kind: table

with

reports_visible as (
    select * from intermediate.reports_visible
),

reports_selected as (
    select * from intermediate.reports_selected
),

full_reports as (
    select * from intermediate.full_reports
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

-- few, and of few days: other months are not read
funds_unsettled as (
    select reports_selected.fund_id
    from reports_selected
    where coalesce(reports_selected.holdings_scope, '') != 'full'
    union
    select unread_pairs.fund_id
    from unread_pairs
),

days_unsettled as (
    select distinct reports_visible.as_of_on
    from reports_visible
    inner join funds_unsettled on reports_visible.fund_id = funds_unsettled.fund_id
),

unsettled as (
    select
        holdings_asked.fund_id,
        holdings_asked.security_id,
        holdings_asked.as_of_on,
        holdings_asked.shares,
        holdings_asked.market_value_usd,
        holdings_asked.basis,
        holdings_asked.source
    from intermediate.holdings_asked
    inner join reports_selected on holdings_asked.fund_id = reports_selected.fund_id
    left join unread_pairs
        on
            holdings_asked.fund_id = unread_pairs.fund_id
            and holdings_asked.security_id = unread_pairs.security_id
    where
        holdings_asked.as_of_on in (select days_unsettled.as_of_on from days_unsettled)
        and holdings_asked.fund_id in (select funds_unsettled.fund_id from funds_unsettled)
        and holdings_asked.shares is not null
        and (
            coalesce(reports_selected.holdings_scope, '') != 'full'
            or unread_pairs.fund_id is not null
        )
),

ranked as (
    select
        unsettled.fund_id,
        unsettled.security_id,
        unsettled.as_of_on,
        unsettled.shares,
        unsettled.market_value_usd,
        unsettled.basis,
        unsettled.source,
        reports_visible.is_stale,
        row_number() over (
            partition by unsettled.fund_id, unsettled.security_id
            order by unsettled.as_of_on desc
        ) as newest_rank
    from unsettled
    inner join reports_visible
        on
            unsettled.fund_id = reports_visible.fund_id
            and unsettled.as_of_on = reports_visible.as_of_on
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
    ranked.shares,
    ranked.market_value_usd,
    ranked.is_stale,
    ranked.basis,
    ranked.source
from ranked
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
