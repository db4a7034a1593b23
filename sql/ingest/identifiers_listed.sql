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
    min(positions.as_of_on) as as_of_on,
    min(positions.cusip) as cusip,
    min(positions.isin) as isin,
    min(positions.figi) as figi,
    min(positions.sedol) as sedol,
    min(positions.ticker) as ticker,
    min(positions.mic) as mic,
    min(positions.country) as country,
    min(positions.currency) as currency,
    min(positions.lei) as lei,
    min(positions.title) as title,
    min(positions.issuer_name) as issuer_name,
    count(*) as row_count,
    sum(positions.shares) as shares,
    cast(sum(try_cast(positions.market_value_usd as decimal(38, 4))) as double)
        as market_value_usd
from positions
group by positions.key_id
