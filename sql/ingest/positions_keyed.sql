-- The equity positions of the reports taken, with the number of the way they name their security.
-- grain: report_id, row_number, key_id; a file may number several positions alike
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
    positions.key_id
from positions
inner join reports on positions.report_id = reports.report_id
where positions.key_id is not null
