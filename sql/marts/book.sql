-- What each position of the book of the question must trade in each scenario. A portfolio follows
-- the provider of its index: where that one excludes, all shares are sold, where it freezes none,
-- where it reweights the net of the steps, where single indices move those of an index left; what an
-- entry would buy is unknown. Above 0 is sold, below 0 bought (a short
-- position is covered). Nothing is traded of what is not asked about, or where the
-- provider is not in the scenario; no_trade_reason says which. Where the index is not in the data,
-- or the identifier neither in it nor an ISIN, a CUSIP or cash, the trade is unknown: null, never
-- zero. Active weight is that in the portfolio less that
-- in the index: before, after the index has changed and nothing is traded (untraded), and after the
-- trade. The portfolio's value stays: proceeds are reinvested. flow_ratio is the trade over
-- all that is sold (or bought) of the security, at most that where outflow_bound is at_least. Empty without
-- 'flowrisk scenario --book'.
-- grain: scenario_id, portfolio, identifier
-- units: _shares and shares in shares of the as-of day; _usd in US dollars at the price of the
--   as-of day; _ratio a ratio; adv_shares a day; days_to_trade at the participation
-- example: select portfolio, ticker, traded_shares, traded_usd from marts.book

with

assumptions as (
    select * from scenario.assumptions
),

scenarios as (
    select * from scenario.scenarios
),

scenario_providers as (
    select * from scenario.providers
),

treatments as (
    select * from scenario.treatments
),

index_moves as (
    select * from scenario.index_moves
),

securities as (
    select * from scenario.securities
),

book_valued as (
    select * from intermediate.book_valued
),

outflows as (
    select * from marts.outflows
),

treated as (
    select
        scenarios.scenario_id,
        scenarios.position_id,
        book_valued.*,
        coalesce(securities.is_in_basket, false) as is_in_basket,
        case
            when scenario_providers.provider_id is not null and securities.is_in_basket
                then coalesce(treatments.treatment, 'exclude')
        end as treatment,
        case
            when lower(book_valued.index_named) = 'none' then 'tracks no index'
            when book_valued.index_id is not null and scenario_providers.provider_id is null
                then 'provider not in the scenario'
            when book_valued.security_id is null and not book_valued.is_definite
                then 'identifier unknown'
            when not coalesce(securities.is_in_basket, false) then 'not asked about'
            when book_valued.index_id is null then 'index unknown'
            when coalesce(treatments.treatment, 'exclude') = 'freeze' then 'frozen'
            when treatments.treatment = 'include' and treatments.sold_ratio is not null
                then 'purchase unknown'
            when index_moves.sold_ratio < 0 and coalesce(book_valued.shares, 0) = 0
                then 'purchase unknown'
            when
                treatments.treatment is not null
                and coalesce(treatments.sold_ratio, greatest(index_moves.sold_ratio, 0), 0) = 0
                then 'weight unchanged'
        end as no_trade_reason,
        case
            when treatments.treatment is null then 1e0
            else coalesce(treatments.sold_ratio, greatest(index_moves.sold_ratio, 0), 0)
        end as sold_ratio
    from book_valued
    cross join scenarios
    left join scenario_providers
        on
            scenarios.scenario_id = scenario_providers.scenario_id
            and book_valued.provider_id = scenario_providers.provider_id
    left join treatments
        on
            scenarios.scenario_id = treatments.scenario_id
            and book_valued.provider_id = treatments.provider_id
            and book_valued.security_id = treatments.security_id
    left join index_moves
        on
            scenarios.scenario_id = index_moves.scenario_id
            and book_valued.index_id = index_moves.index_id
    left join securities on book_valued.security_id = securities.security_id
),

traded as (
    select
        treated.scenario_id,
        treated.position_id,
        treated.portfolio,
        treated.identifier,
        treated.security_id,
        treated.ticker,
        treated.security_name,
        treated.index_named,
        treated.index_id,
        treated.index_name,
        treated.provider_id,
        treated.is_in_basket,
        treated.treatment,
        treated.no_trade_reason,
        treated.shares,
        treated.close_usd,
        treated.market_value_usd,
        treated.value_basis,
        treated.portfolio_value_usd,
        treated.weight_ratio,
        treated.index_weight_ratio,
        case
            when treated.no_trade_reason in (
                'identifier unknown', 'index unknown', 'purchase unknown'
            ) then null
            when treated.no_trade_reason is not null then 0e0
            else treated.sold_ratio
        end as traded_ratio
    from treated
)

select
    traded.portfolio,
    traded.security_id,
    traded.scenario_id,
    traded.identifier,
    traded.ticker,
    traded.security_name,
    traded.index_id,
    coalesce(traded.index_name, traded.index_named) as index_name,
    traded.provider_id,
    traded.is_in_basket,
    traded.treatment,
    traded.shares,
    traded.close_usd,
    traded.market_value_usd,
    traded.value_basis,
    traded.shares * traded.traded_ratio as traded_shares,
    case
        when traded.traded_ratio = 0 then 0e0
        else traded.market_value_usd * traded.traded_ratio
    end as traded_usd,
    case
        when traded.traded_ratio is null then 'unknown'
        when traded.shares * traded.traded_ratio > 0 then 'sell'
        when traded.shares * traded.traded_ratio < 0 then 'buy'
        else 'none'
    end as side,
    traded.no_trade_reason,
    traded.portfolio_value_usd,
    traded.weight_ratio * traded.traded_ratio as traded_of_portfolio_ratio,
    traded.weight_ratio,
    traded.index_weight_ratio,
    traded.weight_ratio - traded.index_weight_ratio as active_weight_before_ratio,
    traded.weight_ratio - traded.index_weight_ratio * (1 - traded.traded_ratio)
        as active_weight_untraded_ratio,
    (traded.weight_ratio - traded.index_weight_ratio) * (1 - traded.traded_ratio)
        as active_weight_after_ratio,
    outflows.outflow_shares,
    outflows.bound as outflow_bound,
    traded.shares * traded.traded_ratio / nullif(
        case
            when traded.traded_ratio < 0 then -outflows.gross_bought_shares
            else outflows.gross_sold_shares
        end,
        0
    ) as flow_ratio,
    outflows.adv_shares,
    abs(traded.shares * traded.traded_ratio) / nullif(outflows.adv_shares, 0)
    / assumptions.participation_ratio as days_to_trade
from traded
cross join assumptions
left join outflows
    on
        traded.scenario_id = outflows.scenario_id
        and traded.security_id = outflows.security_id
order by
    traded.position_id,
    traded.portfolio,
    traded.security_id nulls last,
    traded.identifier
