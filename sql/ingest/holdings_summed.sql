-- Shares and value of each security in each report taken; lots of one security are summed, exactly,
-- so that the order of rows does not show in the last digit.
-- grain: report_id, security_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: table

select
    positions.report_id,
    resolved.security_id,
    count(*) as row_count,
    case
        when count(*) = 1 then any_value(positions.shares)
        else coalesce(
            cast(sum(try_cast(positions.shares as decimal(38, 8))) as double),
            sum(positions.shares)
        )
    end as shares,
    case
        when count(positions.market_value_usd) < count(*) then null
        when count(*) = 1 then any_value(positions.market_value_usd)
        else coalesce(
            cast(sum(try_cast(positions.market_value_usd as decimal(38, 8))) as double),
            sum(positions.market_value_usd)
        )
    end as market_value_usd
from ingest.positions_keyed as positions
inner join ingest.identifiers_resolved as resolved on positions.key_id = resolved.key_id
where resolved.security_id is not null
group by positions.report_id, resolved.security_id
