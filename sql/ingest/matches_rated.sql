-- How much of the equity positions has a security, and how much one that the dataset knew before.
-- grain: one row
-- units: _count in positions; _usd in US dollars; _ratio 0-1

select
    cast(sum(resolved.row_count) as bigint) as row_count,
    sum(resolved.market_value_usd) as market_value_usd,
    cast(sum(resolved.row_count) filter (where resolved.security_id is not null) as bigint)
        as taken_count,
    sum(resolved.market_value_usd) filter (where resolved.security_id is not null) as taken_usd,
    sum(resolved.row_count) filter (where resolved.matched_by is not null)
    / sum(resolved.row_count) as matched_row_ratio,
    sum(resolved.market_value_usd) filter (where resolved.matched_by is not null)
    / sum(resolved.market_value_usd) as matched_value_ratio,
    cast(sum(resolved.row_count) filter (where resolved.is_contradictory) as bigint)
        as contradictory_count
from ingest.identifiers_resolved as resolved
