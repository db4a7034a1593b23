-- Passive selling of each security, net of passive buying, if the providers of a scenario delete it,
-- or treat it otherwise: below 0 an inflow; gross_ columns say what is sold and bought. Where every one of them freezes it the method is not-sold: none, which is known.
-- Several methods are mixed where one of them is observed, which estimates nothing. The outflow is
-- at least the sum of what is known as soon as one provider is unknown or a lower bound; where all
-- are unknown there is no figure, never zero. Of a net of sales and purchases with a lower bound in it
-- neither end is known: partial. observed_low_ is the observed part with the low ends
-- of positions derived from rounded figures. model_ columns are the own estimate: parts shared by
-- funds of a provider add as they stand, what is of single funds as a root of squares; no end passes
-- the float (the shares outstanding where it is unknown), is_limited_by_float where one would.
-- grain: scenario_id, security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day, below
--   0 where bought (gross_ from 0); _ratio a ratio (0-1), coverage_ratio observed over the own
--   estimate; adv_shares and adv_usd a day; of the size of the flow adv_multiple_days in days of
--   ordinary volume, days_to_sell at the participation, auction_multiple_ in ordinary closing auctions
-- example: select scenario_id, ticker, outflow_usd, observed_outflow_usd from marts.outflows
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

scenarios as (
    select * from scenario.scenarios
),

provider_outflows as (
    select * from marts.provider_outflows
),

outflows_estimated as (
    select * from intermediate.outflows_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

volumes_averaged as (
    select * from intermediate.volumes_averaged
),

-- a provider of single indices that move has no sold ratio, and trades
trading as (
    select
        provider_outflows.*,
        coalesce(provider_outflows.sold_ratio, 1) <> 0 as is_trading
    from provider_outflows
),

summed as (
    select
        trading.scenario_id,
        trading.security_id,
        sum(trading.outflow_shares) as outflow_shares,
        sum(trading.observed_outflow_shares) as observed_outflow_shares,
        sum(trading.gross_sold_shares) as gross_sold_shares,
        sum(trading.gross_bought_shares) as gross_bought_shares,
        coalesce(min(trading.sold_ratio) < 0, false) as is_bought,
        count(*) filter (where trading.outflow_shares > 0) as sales_count,
        count(*) filter (where trading.outflow_shares < 0) as purchases_count,
        count(*) filter (where trading.bound = 'partial') as partial_count,
        count(*) filter (where trading.is_trading) as sellers_count,
        count(distinct nullif(trading.method, 'membership-unknown'))
        filter (where trading.is_trading) as methods_count,
        min(nullif(trading.method, 'membership-unknown'))
        filter (where trading.is_trading) as method,
        count(*) filter (
            where trading.is_trading and trading.method = 'observed'
        ) as observed_count,
        count(*) filter (
            where trading.is_trading and trading.bound = 'unknown'
        ) as unknown_count,
        count(*) filter (
            where trading.is_trading and trading.bound = 'at_least'
        ) as at_least_count,
        count(*) filter (
            where trading.is_trading and trading.bound = 'calibrated'
        ) as calibrated_count,
        count(*) filter (
            where trading.is_trading and trading.model_bound = 'estimate'
        ) as modelled_count,
        sum(trading.model_central_shares)
        filter (where trading.is_trading) as model_central_shares,
        sum(
            case
                when trading.sold_ratio < 0 then outflows_estimated.common_high_shares
                else outflows_estimated.common_low_shares
            end * trading.sold_ratio
        ) as common_low_shares,
        sum(
            case
                when trading.sold_ratio < 0 then outflows_estimated.common_low_shares
                else outflows_estimated.common_high_shares
            end * trading.sold_ratio
        ) as common_high_shares,
        sqrt(
            sum(
                case
                    when trading.sold_ratio < 0
                        then outflows_estimated.own_high_shares * outflows_estimated.own_high_shares
                    else outflows_estimated.own_low_shares * outflows_estimated.own_low_shares
                end * trading.sold_ratio * trading.sold_ratio
            )
        ) as own_low_shares,
        sqrt(
            sum(
                case
                    when trading.sold_ratio < 0
                        then outflows_estimated.own_low_shares * outflows_estimated.own_low_shares
                    else outflows_estimated.own_high_shares * outflows_estimated.own_high_shares
                end * trading.sold_ratio * trading.sold_ratio
            )
        ) as own_high_shares,
        sum(outflows_estimated.floor_shares * trading.sold_ratio) as floor_shares,
        sum(
            coalesce(
                coalesce(outflows_estimated.floor_shares, outflows_estimated.observed_shares)
                * case
                    when trading.treatment = 'include' then 0e0 else trading.sold_ratio
                end,
                trading.observed_outflow_shares
            )
        ) as observed_low_shares
    from trading
    inner join outflows_estimated
        on
            trading.provider_id = outflows_estimated.provider_id
            and trading.security_id = outflows_estimated.security_id
    group by trading.scenario_id, trading.security_id
),

compared as (
    select
        summed.scenario_id,
        scenarios.position_id,
        summed.security_id,
        summed.outflow_shares,
        summed.observed_outflow_shares,
        summed.observed_low_shares,
        summed.gross_sold_shares,
        summed.gross_bought_shares,
        summed.outflow_shares
        - first_value(summed.outflow_shares) over (
            partition by summed.security_id
            order by scenarios.position_id
        ) as increment_shares,
        summed.sellers_count,
        summed.methods_count,
        summed.method,
        summed.observed_count,
        case
            when summed.sellers_count = 0 then 'estimate'
            when summed.unknown_count = summed.sellers_count then 'unknown'
            when summed.partial_count > 0 then 'partial'
            when
                summed.unknown_count + summed.at_least_count > 0
                and summed.sales_count > 0 and summed.purchases_count > 0
                then 'partial'
            when summed.unknown_count + summed.at_least_count > 0 then 'at_least'
            when summed.calibrated_count > 0 then 'calibrated'
            else 'estimate'
        end as bound,
        case
            when summed.sellers_count = 0 then 'estimate'
            when summed.model_central_shares is null then 'unknown'
            when summed.modelled_count = summed.sellers_count then 'estimate'
            else 'at_least'
        end as model_bound,
        case when summed.sellers_count = 0 then 0e0 else summed.model_central_shares end
            as model_central_shares,
        case
            when summed.sellers_count = 0 then 0e0
            when summed.is_bought then summed.common_low_shares - summed.own_low_shares
            when summed.model_central_shares is not null
                then greatest(
                    summed.common_low_shares - summed.own_low_shares, summed.floor_shares
                )
        end as model_low_shares,
        case
            when summed.sellers_count = 0 then 0e0
            else summed.common_high_shares + summed.own_high_shares
        end as model_high_shares
    from summed
    inner join scenarios on summed.scenario_id = scenarios.scenario_id
),

limited as (
    select
        compared.*,
        securities_asked.ticker,
        securities_asked.security_name,
        securities_asked.is_in_basket,
        securities_asked.position_id as security_position_id,
        securities_asked.shares_outstanding,
        securities_asked.float_shares,
        coalesce(securities_asked.float_shares, securities_asked.shares_outstanding)
            as limit_shares
    from compared
    inner join securities_asked on compared.security_id = securities_asked.security_id
),

-- least() passes over nulls: without the case an unknown estimate would become the whole float
modelled as (
    select
        limited.*,
        case
            when abs(limited.model_low_shares) > limited.limit_shares
                then limited.limit_shares * sign(limited.model_low_shares)
            else limited.model_low_shares
        end as floating_low_shares,
        case
            when abs(limited.model_central_shares) > limited.limit_shares
                then limited.limit_shares * sign(limited.model_central_shares)
            else limited.model_central_shares
        end as floating_central_shares,
        case
            when abs(limited.model_high_shares) > limited.limit_shares
                then limited.limit_shares * sign(limited.model_high_shares)
            else limited.model_high_shares
        end as floating_high_shares
    from limited
),

absorbed as (
    select
        modelled.*,
        prices_selected.close_usd,
        prices_selected.priced_on,
        volumes_averaged.adv_shares,
        volumes_averaged.adv_usd,
        volumes_averaged.adv_sessions_count,
        abs(modelled.outflow_shares) / nullif(volumes_averaged.adv_shares, 0)
            as adv_multiple_days,
        abs(modelled.outflow_shares * prices_selected.close_usd)
        / nullif(volumes_averaged.adv_usd, 0) as adv_multiple_by_value_days
    from modelled
    inner join prices_selected on modelled.security_id = prices_selected.security_id
    left join volumes_averaged on modelled.security_id = volumes_averaged.security_id
)

select
    absorbed.scenario_id,
    absorbed.security_id,
    absorbed.ticker,
    absorbed.security_name,
    absorbed.is_in_basket,
    absorbed.bound,
    absorbed.outflow_shares,
    absorbed.outflow_shares * absorbed.close_usd as outflow_usd,
    absorbed.gross_sold_shares,
    absorbed.gross_sold_shares * absorbed.close_usd as gross_sold_usd,
    absorbed.gross_bought_shares,
    absorbed.gross_bought_shares * absorbed.close_usd as gross_bought_usd,
    absorbed.observed_outflow_shares,
    absorbed.observed_outflow_shares * absorbed.close_usd as observed_outflow_usd,
    absorbed.observed_low_shares,
    absorbed.observed_low_shares * absorbed.close_usd as observed_low_usd,
    absorbed.outflow_shares - coalesce(absorbed.observed_outflow_shares, 0)
        as estimated_outflow_shares,
    (absorbed.outflow_shares - coalesce(absorbed.observed_outflow_shares, 0))
    * absorbed.close_usd as estimated_outflow_usd,
    absorbed.increment_shares,
    absorbed.increment_shares * absorbed.close_usd as increment_usd,
    absorbed.floating_low_shares as model_low_shares,
    absorbed.floating_central_shares as model_central_shares,
    absorbed.floating_high_shares as model_high_shares,
    absorbed.floating_low_shares * absorbed.close_usd as model_low_usd,
    absorbed.floating_central_shares * absorbed.close_usd as model_central_usd,
    absorbed.floating_high_shares * absorbed.close_usd as model_high_usd,
    coalesce(abs(absorbed.model_high_shares) > absorbed.limit_shares, false)
        as is_limited_by_float,
    absorbed.model_bound,
    absorbed.observed_outflow_shares / nullif(absorbed.model_central_shares, 0) as coverage_ratio,
    absorbed.outflow_shares / absorbed.shares_outstanding as outflow_of_shares_outstanding_ratio,
    absorbed.shares_outstanding,
    absorbed.float_shares,
    absorbed.close_usd,
    absorbed.priced_on,
    absorbed.adv_shares,
    absorbed.adv_usd,
    absorbed.adv_sessions_count,
    case
        when absorbed.sellers_count = 0 then 'not-sold'
        when absorbed.methods_count is null or absorbed.methods_count = 0 then 'membership-unknown'
        when absorbed.methods_count = 1 then absorbed.method
        when absorbed.observed_count = 0 then 'several-estimates'
        else 'mixed'
    end as method,
    absorbed.adv_multiple_days,
    absorbed.adv_multiple_by_value_days,
    absorbed.adv_multiple_days / assumptions.participation_ratio as days_to_sell,
    absorbed.adv_multiple_days / assumptions.auction_high_ratio as auction_multiple_low_days,
    absorbed.adv_multiple_days / assumptions.auction_low_ratio as auction_multiple_high_days
from absorbed
cross join assumptions
order by absorbed.position_id, absorbed.security_position_id
