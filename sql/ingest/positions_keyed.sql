-- The equity positions of the reports taken, with the number of the way they name their security.
-- grain: report_id, row_number, key_id; a file may number several positions alike
-- units: shares in shares; market_value_usd in US dollars
-- kind: view

with

named as (
    select * from ingest.positions_named
)

select named.* exclude (is_usable, place)
from named
where named.is_usable
