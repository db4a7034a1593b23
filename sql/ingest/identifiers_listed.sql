-- The ways in which the positions taken name a security, by day. A position's LEI and title are
-- part of the way only where nothing names the security itself; words that differ between
-- positions named one way are those of the first.
-- grain: key_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: table

with

summed as (
    select
        positions.key_id,
        min((positions.report_id, positions.row_number)) as first_position,
        count(*) as row_count,
        sum(positions.shares) as shares,
        fsum(positions.market_value_usd) as market_value_usd
    from ingest.positions_keyed as positions
    group by positions.key_id
)

select
    summed.key_id,
    positions.as_of_on,
    upper(positions.cusip) as cusip,
    upper(positions.isin) as isin,
    upper(positions.figi) as figi,
    upper(positions.sedol) as sedol,
    positions.ticker,
    positions.mic,
    positions.country,
    positions.currency,
    upper(positions.lei) as lei,
    positions.title,
    positions.issuer_name,
    summed.row_count,
    summed.shares,
    summed.market_value_usd
from summed
inner join ingest.positions_keyed as positions
    on
        summed.first_position[1] = positions.report_id
        and summed.first_position[2] = positions.row_number
