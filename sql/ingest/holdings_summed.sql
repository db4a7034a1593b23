-- Shares and value of each security in each report taken; lots of one security are summed, exactly,
-- so that the order of rows does not show in the last digit.
-- grain: report_id, security_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: table

with

lots as materialized (
    select
        positions.report_id,
        resolved.security_id,
        positions.shares,
        positions.market_value_usd
    from ingest.positions_keyed as positions
    inner join ingest.identifiers_resolved as resolved on positions.key_id = resolved.key_id
    where resolved.security_id is not null
),

-- most securities are one lot, which needs no summing
counted as materialized (
    select
        lots.report_id,
        lots.security_id,
        count(*) as row_count,
        any_value(lots.shares) as shares,
        any_value(lots.market_value_usd) as market_value_usd
    from lots
    group by lots.report_id, lots.security_id
),

summed as (
    select
        lots.report_id,
        lots.security_id,
        coalesce(
            cast(sum(try_cast(lots.shares as decimal(38, 8))) as double), sum(lots.shares)
        ) as shares,
        case
            when count(lots.market_value_usd) = count(*) then coalesce(
                cast(sum(try_cast(lots.market_value_usd as decimal(38, 8))) as double),
                sum(lots.market_value_usd)
            )
        end as market_value_usd
    from lots
    inner join counted
        on
            lots.report_id = counted.report_id
            and lots.security_id = counted.security_id
            and counted.row_count > 1
    group by lots.report_id, lots.security_id
)

select
    counted.report_id,
    counted.security_id,
    counted.row_count,
    case when counted.row_count = 1 then counted.shares else summed.shares end as shares,
    case
        when counted.row_count = 1 then counted.market_value_usd
        else summed.market_value_usd
    end as market_value_usd
from counted
left join summed
    on counted.report_id = summed.report_id and counted.security_id = summed.security_id
