-- Rows refused, with the reason and the offending text: unreadable ones, and positions that no
-- identifier names.
-- grain: file_digest, row_number, reason
-- units: market_value_usd in US dollars; row_count in rows of the file, 0 where it refuses a report
-- kind: table

select
    rejects.file_digest,
    rejects.file_name,
    cast(null as varchar) as fund_id,
    cast(null as date) as as_of_on,
    rejects.row_number,
    rejects.reason,
    rejects.value,
    rejects.issuer_name,
    cast(null as double) as market_value_usd,
    cast(1 as bigint) as row_count
from parsed.rejects as rejects
union all
select
    reports.file_digest,
    reports.file_name,
    reports.fund_id,
    reports.as_of_on,
    positions.row_number,
    positions.refusal as reason,
    positions.refused_value as value,
    positions.issuer_name,
    positions.market_value_usd,
    cast(1 as bigint) as row_count
from parsed.positions as positions
inner join parsed.reports as reports on positions.report_id = reports.report_id
where positions.refusal is not null
union all
select
    reports.file_digest,
    reports.file_name,
    reports.fund_id,
    reports.as_of_on,
    positions.row_number,
    'no_usable_identifier' as reason,
    concat_ws(' ', positions.cusip, positions.isin, positions.lei, positions.title) as value,
    positions.issuer_name,
    positions.market_value_usd,
    cast(1 as bigint) as row_count
from ingest.positions_keyed as positions
inner join ingest.identifiers_resolved as resolved on positions.key_id = resolved.key_id
inner join ingest.reports_taken as reports on positions.report_id = reports.report_id
where resolved.security_id is null
union all
select
    reports.file_digest,
    reports.file_name,
    reports.fund_id,
    reports.as_of_on,
    reports.report_id as row_number,
    reports.refusal as reason,
    reports.refused_value as value,
    reports.fund_name as issuer_name,
    cast(null as double) as market_value_usd,
    cast(0 as bigint) as row_count
from parsed.reports as reports
where reports.refusal is not null
union all
select
    prices.file_digest,
    prices.file_name,
    cast(null as varchar) as fund_id,
    min(prices.priced_on) as as_of_on,
    min(prices.row_number) as row_number,
    case
        when coalesce(prices.currency, 'USD') != 'USD' then 'price_not_in_us_dollars'
        else coalesce(min(doubted.reason), 'price_of_unknown_security')
    end as reason,
    concat_ws(' ', prices.security, prices.currency, count(*) || ' rows') as value,
    cast(null as varchar) as issuer_name,
    cast(null as double) as market_value_usd,
    count(*) as row_count
from parsed.prices as prices
left join ingest.prices_taken as taken
    on prices.priced_on = taken.priced_on and prices.security = taken.stated_as
left join ingest.prices_doubted as doubted on prices.security = doubted.stated_as
where taken.stated_as is null
group by prices.file_digest, prices.file_name, prices.security, prices.currency
