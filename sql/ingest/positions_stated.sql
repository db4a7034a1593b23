-- The positions that a parser read, judged: which are refused and why, and by which number they name
-- their security. A row that gives only a weight is one where the file is about weights.
-- grain: report_id, row_number
-- units: shares in shares; market_value_usd in US dollars; weight_ratio 0-1
-- kind: view

with

loaded as (
    select * from ingest.loaded
),

reports as (
    select
        reports.report_id,
        reports.as_of_on,
        reports.holder
    from parsed.reports as reports
),

judged as (
    select
        loaded.report_id,
        loaded.row_number,
        loaded.issuer_name,
        loaded.title,
        loaded.isin,
        loaded.cusip,
        loaded.sedol,
        loaded.figi,
        loaded.lei,
        loaded.ticker,
        loaded.mic,
        loaded.country,
        loaded.kind,
        loaded.shares,
        loaded.market_value_usd,
        loaded.weight_ratio,
        case
            when loaded.kind != 'equity' or loaded.refusal is not null then loaded.refusal
            when reports.holder = 'weights' and loaded.weight_ratio is not null then null
            when loaded.shares is null then 'no_share_count'
            when loaded.shares < 0 then 'negative_shares'
            when loaded.shares = 0 then 'no_shares'
        end as refusal,
        coalesce(loaded.refused_value, cast(loaded.shares as varchar)) as refused_value,
        ingest.key_of(
            loaded.cusip, loaded.isin, loaded.figi, loaded.sedol, loaded.ticker, loaded.mic,
            loaded.country, reports.as_of_on, loaded.lei, loaded.title, loaded.issuer_name
        ) as key_id
    from loaded
    inner join reports on loaded.report_id = reports.report_id
)

select
    judged.* exclude (key_id),
    case when judged.kind = 'equity' and judged.refusal is null then judged.key_id end as key_id,
    case when judged.kind = 'equity' and judged.refusal != 'no_shares' then judged.key_id end
        as unread_key_id
from judged
