-- Every position that the reports used list of a security asked about could be read.
-- says: rows of fund reports could not be read; the position last known counts in their place
-- severity: warn
-- scope: question
-- remedy: Read the report again from a whole file; rejects.parquet has the rows.

with

securities_asked as (
    select * from intermediate.securities_asked
),

reports_visible as (
    select * from intermediate.reports_visible
),

current_holdings as (
    select * from intermediate.current_holdings
),

unread_positions as (
    select * from staging.unread_positions
),

newest as (
    select
        reports_visible.fund_id,
        max(reports_visible.as_of_on) as as_of_on
    from reports_visible
    where reports_visible.holdings_scope = 'full'
    group by reports_visible.fund_id
)

select
    concat_ws(' ', unread_positions.fund_id, 'of', securities_asked.ticker) as subject,
    concat_ws(
        ' ', 'row of', unread_positions.as_of_on, 'not readable', unread_positions.reason,
        unread_positions.stated,
        case
            when current_holdings.fund_id is null then 'and no earlier position is known'
            when current_holdings.as_of_on = unread_positions.as_of_on
                then 'beside others of the security that count'
            else concat_ws(
                ' ', 'so', cast(current_holdings.reported_shares as bigint), 'shares of',
                current_holdings.as_of_on, 'count'
            )
        end
    ) as fact
from unread_positions
inner join securities_asked on unread_positions.security_id = securities_asked.security_id
inner join newest
    on
        unread_positions.fund_id = newest.fund_id
        and unread_positions.as_of_on = newest.as_of_on
left join current_holdings
    on
        unread_positions.fund_id = current_holdings.fund_id
        and unread_positions.security_id = current_holdings.security_id
