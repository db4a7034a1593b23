-- The securities that the dataset lacked and this ingest creates, the largest positions first.
-- grain: security_id
-- units: row_count in positions; market_value_usd in US dollars

select
    created.security_id,
    created.security_name,
    cast(sum(resolved.row_count) as bigint) as row_count,
    sum(resolved.market_value_usd) as market_value_usd
from ingest.securities_created as created
inner join ingest.identifiers_resolved as resolved on created.security_id = resolved.security_id
group by created.security_id, created.security_name
order by market_value_usd desc nulls last, created.security_id
