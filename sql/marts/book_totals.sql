-- What each portfolio of the book of the question trades in each scenario, sales and purchases
-- apart. bound is exact, or at_least as soon as the trade or the price of one line is unknown, or
-- unknown where no line's trade is known: then there is no figure. The value of a portfolio is null
-- as soon as one line has none. Portfolios are never added up. Empty without
-- 'flowrisk scenario --book'.
-- grain: scenario_id, portfolio
-- units: _usd in US dollars at the price of the as-of day; traded_of_portfolio_ratio a ratio, null
--   unless both are exact
-- example: select portfolio, scenario_id, sold_usd, bound from marts.book_totals

with

book as (
    select * from marts.book
),

scenarios as (
    select * from scenario.scenarios
),

summed as (
    select
        book.scenario_id,
        book.portfolio,
        max(book.index_id) as index_id,
        max(book.index_name) as index_name,
        max(book.provider_id) as provider_id,
        count(*) as lines_count,
        count(*) filter (where book.security_id is null) as unknown_lines_count,
        count(*) filter (where book.market_value_usd is null) as unvalued_lines_count,
        count(*) filter (where book.side in ('sell', 'buy')) as traded_lines_count,
        count(*) filter (where book.traded_usd is null) as unknown_trades_count,
        max(book.portfolio_value_usd) as portfolio_value_usd,
        coalesce(sum(book.traded_usd) filter (where book.side = 'sell'), 0e0) as sold_usd,
        coalesce(sum(0e0 - book.traded_usd) filter (where book.side = 'buy'), 0e0) as bought_usd
    from book
    group by book.scenario_id, book.portfolio
)

select
    summed.portfolio,
    summed.scenario_id,
    summed.index_id,
    summed.index_name,
    summed.provider_id,
    summed.lines_count,
    summed.unknown_lines_count,
    summed.unvalued_lines_count,
    summed.traded_lines_count,
    summed.unknown_trades_count,
    case
        when summed.unknown_trades_count = 0 then 'exact'
        when summed.unknown_trades_count = summed.lines_count then 'unknown'
        else 'at_least'
    end as bound,
    summed.portfolio_value_usd,
    case
        when summed.unknown_trades_count < summed.lines_count then summed.sold_usd
    end as sold_usd,
    case
        when summed.unknown_trades_count < summed.lines_count then summed.bought_usd
    end as bought_usd,
    case
        when summed.unknown_trades_count = 0 then summed.sold_usd - summed.bought_usd
    end as traded_usd,
    case
        when summed.unknown_trades_count = 0 and summed.portfolio_value_usd > 0
            then (summed.sold_usd - summed.bought_usd) / summed.portfolio_value_usd
    end as traded_of_portfolio_ratio
from summed
inner join scenarios on summed.scenario_id = scenarios.scenario_id
order by scenarios.position_id, summed.portfolio
