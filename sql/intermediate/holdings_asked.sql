-- Every holdings row of the securities asked about, whatever its day. Holdings are met here and
-- nowhere else: one pass over the lake a question.
-- grain: fund_id, as_of_on, security_id
-- units: shares in shares as reported; market_value_usd in US dollars as reported
-- kind: table

with

securities as (
    select * from scenario.securities
),

holdings as (
    select * from staging.holdings_stated
)

select
    holdings.fund_id,
    holdings.as_of_on,
    holdings.security_id,
    holdings.shares,
    holdings.market_value_usd,
    holdings.basis,
    holdings.source,
    holdings.is_usable
from holdings
inner join securities on holdings.security_id = securities.security_id
order by holdings.security_id nulls first, holdings.fund_id nulls first, holdings.as_of_on
