-- The positions of the reports taken that name their security: those that count, and those whose row
-- could not be read, with the number of the way they name it.
-- grain: report_id, row_number
-- units: shares in shares; market_value_usd in US dollars
-- kind: view

with

positions as (
    select * from parsed.positions
),

reports as (
    select * from ingest.reports_taken
)

select
    positions.report_id,
    positions.row_number,
    -- report and row as one number, which is compared faster than two
    cast(positions.report_id as hugeint) * 18446744073709551616 + positions.row_number as place,
    positions.issuer_name,
    positions.title,
    positions.isin,
    positions.cusip,
    positions.sedol,
    positions.figi,
    positions.lei,
    positions.ticker,
    positions.mic,
    positions.country,
    positions.currency,
    positions.shares,
    positions.market_value_usd,
    reports.as_of_on,
    reports.holder,
    positions.key_id is not null as is_usable,
    coalesce(positions.key_id, positions.unread_key_id) as key_id
from positions
inner join reports on positions.report_id = reports.report_id
where positions.key_id is not null or positions.unread_key_id is not null
