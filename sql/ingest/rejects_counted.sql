-- What was refused, by reason, the most rows first; a report refused as a whole counts as one.
-- grain: reason
-- units: row_count in rows; market_value_usd in US dollars

select
    rejects.reason,
    cast(
        case when sum(rejects.row_count) = 0 then count(*) else sum(rejects.row_count) end as bigint
    ) as row_count,
    sum(rejects.market_value_usd) as market_value_usd
from ingest.rejects as rejects
group by rejects.reason
order by row_count desc, rejects.reason
