-- The weights of the portfolios of known trackers.
-- grain: index_id, as_of_on, security_id
-- units: weight_ratio 0-1 of the equities held
-- kind: table

select
    known.index_id,
    known.as_of_on,
    holdings.security_id,
    holdings.market_value_usd / known.value_usd as weight_ratio
from ingest.references_known as known
inner join ingest.holdings_summed as holdings on known.report_id = holdings.report_id
where holdings.market_value_usd > 0
union all by name
select
    known.index_id,
    known.as_of_on,
    held.security_id,
    held.value_usd / known.value_usd as weight_ratio
from ingest.references_known as known
inner join data.holdings_near as held
    on known.fund_id = held.fund_id and known.as_of_on = held.as_of_on
where known.report_id is null and held.value_usd > 0
