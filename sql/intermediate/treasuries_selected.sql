-- The balance sheet each issuer is assessed on: the newest with digital and total assets on or
-- before the as-of date (published by the known-on date where the question sets one), else its
-- newest statement of any kind. Where one row covers all coins, the rows of single coins are left out.
-- grain: issuer_id, coin
-- units: units in coins; _usd in US dollars

with

assumptions as (
    select * from scenario.assumptions
),

treasuries as (
    select * from staging.treasuries
),

visible as (
    select treasuries.*
    from treasuries
    cross join assumptions
    where
        treasuries.as_of_on <= assumptions.as_of_on
        and (
            assumptions.known_on is null
            or treasuries.published_on <= assumptions.known_on
        )
),

statements as (
    select
        visible.issuer_id,
        visible.as_of_on,
        max(visible.total_assets_usd) as total_assets_usd,
        max(visible.cash_usd) as cash_usd,
        max(visible.debt_usd) as debt_usd,
        max(visible.published_on) as published_on,
        max(case when visible.is_issuer_total then 1 else 0 end) = 1 as has_issuer_total,
        row_number() over (
            partition by visible.issuer_id
            order by
                case
                    when
                        max(visible.total_assets_usd) is not null
                        and count(*) filter (where visible.is_issuer_total) > 0
                        and count(visible.digital_assets_usd)
                            filter (where visible.is_issuer_total)
                        + count(visible.units) filter (where visible.is_issuer_total) > 0
                        then 0
                    when
                        max(visible.total_assets_usd) is not null
                        and count(*) filter (where visible.is_issuer_total) = 0
                        and count(coalesce(visible.digital_assets_usd, visible.units)) = count(*)
                        then 0
                    else 1
                end,
                visible.as_of_on desc
        ) as preference_rank
    from visible
    group by visible.issuer_id, visible.as_of_on
),

newest as (
    select
        visible.issuer_id,
        max(visible.as_of_on) as newest_statement_on
    from visible
    group by visible.issuer_id
)

select
    visible.issuer_id,
    visible.coin,
    visible.as_of_on,
    statements.published_on,
    visible.units,
    visible.digital_assets_usd,
    statements.total_assets_usd,
    statements.cash_usd,
    statements.debt_usd,
    visible.accounting,
    visible.is_issuer_total,
    newest.newest_statement_on,
    visible.basis,
    visible.source
from statements
inner join visible
    on
        statements.issuer_id = visible.issuer_id
        and statements.as_of_on = visible.as_of_on
inner join newest on statements.issuer_id = newest.issuer_id
where
    statements.preference_rank = 1
    and (visible.is_issuer_total or not statements.has_issuer_total)
