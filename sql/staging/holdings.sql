-- Positions of funds in shares, as the reports list them: what an ingest has not yet published is
-- not among them.
-- grain: fund_id, as_of_on, security_id
-- units: shares in shares; market_value_usd in US dollars

with

holdings as (
    select * from raw.holdings
),

fund_reports as (
    select * from raw.fund_reports
)

select
    holdings.fund_id,
    cast(holdings.as_of_on as date) as as_of_on,
    holdings.security_id,
    cast(holdings.shares as double) as shares,
    cast(holdings.market_value_usd as double) as market_value_usd,
    holdings.basis,
    holdings.source
from holdings
where
    exists (
        select 1
        from fund_reports
        where
            fund_reports.fund_id = holdings.fund_id
            and cast(fund_reports.as_of_on as date) = cast(holdings.as_of_on as date)
    )
