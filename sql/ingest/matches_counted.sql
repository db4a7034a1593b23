-- The positions of securities that the dataset knew, by what told them, the most first.
-- grain: matched_by
-- units: row_count in positions; market_value_usd in US dollars

select
    resolved.matched_by,
    cast(sum(resolved.row_count) as bigint) as row_count,
    sum(resolved.market_value_usd) as market_value_usd
from ingest.identifiers_resolved as resolved
where resolved.matched_by is not null and resolved.row_count > 0
group by resolved.matched_by
order by row_count desc, resolved.matched_by
