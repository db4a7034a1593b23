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
    select
        treasuries.issuer_id,
        treasuries.as_of_on,
        treasuries.coin,
        treasuries.units,
        treasuries.digital_assets_usd,
        treasuries.total_assets_usd,
        treasuries.cash_usd,
        treasuries.debt_usd,
        treasuries.preferred_usd,
        treasuries.published_on,
        treasuries.accounting,
        treasuries.is_issuer_total,
        treasuries.indirect_digital_assets_usd,
        treasuries.indirect_holding_kind,
        treasuries.basis,
        treasuries.source
    from treasuries
    cross join assumptions
    where
        treasuries.as_of_on <= assumptions.as_of_on
        and (
            assumptions.known_on is null
            or treasuries.published_on <= assumptions.known_on
        )
),

issuer_totals as (
    select
        visible.issuer_id,
        visible.as_of_on
    from visible
    where visible.is_issuer_total
    group by visible.issuer_id, visible.as_of_on
),

counted as (
    select visible.*
    from visible
    left join issuer_totals
        on
            visible.issuer_id = issuer_totals.issuer_id
            and visible.as_of_on = issuer_totals.as_of_on
    where visible.is_issuer_total or issuer_totals.issuer_id is null
),

statements as (
    select
        counted.issuer_id,
        counted.as_of_on,
        max(counted.total_assets_usd) as total_assets_usd,
        max(counted.cash_usd) as cash_usd,
        max(counted.debt_usd) as debt_usd,
        max(counted.preferred_usd) as preferred_usd,
        max(counted.published_on) as published_on,
        max(counted.total_assets_usd) is not null
        and count(coalesce(counted.digital_assets_usd, counted.units)) = count(*)
            as is_assessable
    from counted
    group by counted.issuer_id, counted.as_of_on
),

ranked as (
    select
        statements.issuer_id,
        statements.as_of_on,
        row_number() over (
            partition by statements.issuer_id
            order by
                case when statements.is_assessable then 0 else 1 end,
                statements.as_of_on desc
        ) as preference_rank
    from statements
),

newest as (
    select
        visible.issuer_id,
        max(visible.as_of_on) as newest_statement_on
    from visible
    group by visible.issuer_id
)

select
    counted.issuer_id,
    counted.coin,
    counted.as_of_on,
    statements.published_on,
    counted.units,
    counted.digital_assets_usd,
    statements.total_assets_usd,
    statements.cash_usd,
    statements.debt_usd,
    statements.preferred_usd,
    counted.accounting,
    counted.is_issuer_total,
    counted.indirect_digital_assets_usd,
    counted.indirect_holding_kind,
    newest.newest_statement_on,
    counted.basis,
    counted.source
from ranked
inner join statements
    on
        ranked.issuer_id = statements.issuer_id
        and ranked.as_of_on = statements.as_of_on
inner join counted
    on
        ranked.issuer_id = counted.issuer_id
        and ranked.as_of_on = counted.as_of_on
inner join newest on ranked.issuer_id = newest.issuer_id
where ranked.preference_rank = 1
