-- The ways in which the positions taken name a security, by day. A position's LEI and title are
-- part of the way only where nothing names the security itself; words that differ between
-- positions named one way are those of the first, in the order of the alphabet where a file numbers
-- several of them alike. Rows that could not be read name a security too, and count as none.
-- grain: key_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: table

with

summed as (
    select
        positions.key_id,
        min(positions.place) as first_place,
        count(*) filter (where positions.is_usable) as row_count,
        sum(positions.shares) filter (where positions.is_usable) as shares,
        fsum(positions.market_value_usd) filter (where positions.is_usable) as market_value_usd
    from ingest.positions_named as positions
    group by positions.key_id
)

select
    summed.key_id,
    min(positions.as_of_on) as as_of_on,
    min(upper(positions.cusip)) as cusip,
    min(upper(positions.isin)) as isin,
    min(upper(positions.figi)) as figi,
    min(upper(positions.sedol)) as sedol,
    min(positions.ticker) as ticker,
    min(positions.mic) as mic,
    min(positions.country) as country,
    min(positions.currency) as currency,
    min(upper(positions.lei)) as lei,
    min(positions.title) as title,
    min(positions.issuer_name) as issuer_name,
    min(summed.row_count) as row_count,
    min(summed.shares) as shares,
    min(summed.market_value_usd) as market_value_usd
from summed
inner join ingest.positions_named as positions
    on
        summed.key_id = positions.key_id
        and summed.first_place = positions.place
group by summed.key_id
