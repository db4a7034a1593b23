-- The ways in which the positions taken name a security, by day. A position's LEI and title are
-- part of the way only where nothing names the security itself.
-- grain: key_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: table

with

positions as (
    select * from ingest.positions_keyed
)

select
    positions.key_id,
    any_value(positions.as_of_on) as as_of_on,
    any_value(positions.cusip) as cusip,
    any_value(positions.isin) as isin,
    any_value(positions.figi) as figi,
    any_value(positions.sedol) as sedol,
    any_value(positions.ticker) as ticker,
    any_value(positions.mic) as mic,
    any_value(positions.country) as country,
    min(positions.currency) as currency,
    min(positions.lei) as lei,
    min(positions.title) as title,
    min(positions.issuer_name) as issuer_name,
    count(*) as row_count,
    sum(positions.shares) as shares,
    fsum(positions.market_value_usd) as market_value_usd
from positions
group by positions.key_id
