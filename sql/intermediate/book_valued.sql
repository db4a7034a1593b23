-- The positions of the book of the question with their value, and their weight in the portfolio
-- and in its index. A portfolio's value is known only where that of every line is; a value that the
-- book states counts where the data has no price. No weight in the data is unknown, not zero.
-- grain: portfolio, identifier
-- units: shares in shares of the as-of day, below 0 a short position; _usd in US dollars;
--   weight_ratio of the portfolio's value and index_weight_ratio of the index, each a ratio (0-1)
-- kind: table

with

book as (
    select * from scenario.book
),

prices_newest as (
    select * from intermediate.prices_newest
),

member_weights as (
    select * from intermediate.member_weights
),

securities as (
    select * from staging.securities
),

indices as (
    select * from staging.indices
),

priced as (
    select
        book.portfolio,
        book.identifier,
        book.security_id,
        book.is_definite,
        securities.ticker,
        securities.security_name,
        book.index_named,
        book.index_id,
        indices.index_name,
        indices.provider_id,
        book.shares,
        prices_newest.close_usd,
        coalesce(book.shares * prices_newest.close_usd, book.value_usd) as market_value_usd,
        case
            when prices_newest.close_usd is not null then 'close'
            when book.value_usd is not null then 'book'
        end as value_basis,
        member_weights.weight_ratio as index_weight_ratio
    from book
    left join securities on book.security_id = securities.security_id
    left join indices on book.index_id = indices.index_id
    left join prices_newest on book.security_id = prices_newest.security_id
    left join member_weights
        on
            book.index_id = member_weights.index_id
            and book.security_id = member_weights.security_id
),

portfolios as (
    select
        priced.portfolio,
        case
            when count(*) = count(priced.market_value_usd) then sum(priced.market_value_usd)
        end as portfolio_value_usd
    from priced
    group by priced.portfolio
)

select
    priced.portfolio,
    priced.identifier,
    priced.security_id,
    priced.is_definite,
    priced.ticker,
    priced.security_name,
    priced.index_named,
    priced.index_id,
    priced.index_name,
    priced.provider_id,
    priced.shares,
    priced.close_usd,
    priced.market_value_usd,
    priced.value_basis,
    portfolios.portfolio_value_usd,
    case
        when portfolios.portfolio_value_usd > 0
            then priced.market_value_usd / portfolios.portfolio_value_usd
    end as weight_ratio,
    priced.index_weight_ratio
from priced
inner join portfolios on priced.portfolio = portfolios.portfolio
