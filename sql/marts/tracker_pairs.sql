-- Positions of two trackers in one security, for every pair of whole listings that may foretell
-- each other: the listings of one fund in a row, and those of different funds within 250 days, with
-- at least 100 positions in common. Listings of capped indices foretell only their own index. A
-- position is large from 1 bp of either listing on, by the smaller of its two weights.
-- grain: pair_id, security_id
-- units: predictor_shares and predicted_shares in shares of each listing's own day; _usd in US
--   dollars, the sum of the listing's values
-- example: select pair_id, count(*) from marts.tracker_pairs group by pair_id

with

fund_reports as (
    select * from staging.fund_reports
),

holdings as (
    select * from staging.holdings
),

funds as (
    select * from staging.funds
),

indices as (
    select * from staging.indices
),

securities as (
    select * from staging.securities
),

listings as (
    select
        fund_reports.fund_id,
        fund_reports.as_of_on,
        funds.fund_name,
        indices.index_id,
        indices.provider_id,
        indices.cap_ratio,
        lag(fund_reports.as_of_on) over (
            partition by fund_reports.fund_id
            order by fund_reports.as_of_on
        ) as before_on
    from fund_reports
    inner join funds on fund_reports.fund_id = funds.fund_id
    inner join indices on funds.index_id = indices.index_id
    where fund_reports.holdings_scope = 'full'
),

values_summed as (
    select
        holdings.fund_id,
        holdings.as_of_on,
        case when count(holdings.market_value_usd) = count(*) then sum(holdings.market_value_usd) end
            as value_usd,
        count(*) as positions_count
    from holdings
    where holdings.shares > 0
    group by holdings.fund_id, holdings.as_of_on
),

sized as (
    select
        listings.*,
        values_summed.value_usd,
        values_summed.positions_count
    from listings
    inner join values_summed
        on
            listings.fund_id = values_summed.fund_id
            and listings.as_of_on = values_summed.as_of_on
),

predicting as (
    select
        sized.fund_id as predictor_fund_id,
        sized.as_of_on as predictor_on,
        sized.fund_name as predictor_name,
        sized.index_id as predictor_index_id,
        sized.provider_id as predictor_provider_id,
        sized.cap_ratio as predictor_cap_ratio,
        sized.value_usd as predictor_value_usd
    from sized
    where sized.positions_count >= 100
),

pairs as (
    select
        concat_ws(
            ' ', predicting.predictor_fund_id, predicting.predictor_on, '>', sized.fund_id,
            sized.as_of_on
        ) as pair_id,
        case
            when predicting.predictor_fund_id = sized.fund_id then 'same-fund'
            when predicting.predictor_index_id = sized.index_id then 'same-index'
            when predicting.predictor_provider_id = sized.provider_id then 'same-provider'
            else 'other-provider'
        end as pair_kind,
        predicting.predictor_fund_id,
        predicting.predictor_on,
        concat_ws(' ', predicting.predictor_name, predicting.predictor_on) as predictor,
        predicting.predictor_value_usd,
        sized.fund_id as predicted_fund_id,
        sized.as_of_on as predicted_on,
        concat_ws(' ', sized.fund_name, sized.as_of_on) as predicted,
        sized.value_usd as predicted_value_usd
    from predicting
    inner join sized
        on
            predicting.predictor_on < sized.as_of_on
            or (
                predicting.predictor_on = sized.as_of_on
                and predicting.predictor_fund_id < sized.fund_id
            )
    where
        sized.positions_count >= 100
        and (
            predicting.predictor_index_id = sized.index_id
            or (predicting.predictor_cap_ratio is null and sized.cap_ratio is null)
        )
        and case
            when predicting.predictor_fund_id = sized.fund_id
                then predicting.predictor_on = sized.before_on
            else predicting.predictor_on + interval '250' day >= sized.as_of_on
        end
),

common as (
    select
        pairs.pair_id,
        pairs.pair_kind,
        pairs.predictor,
        pairs.predicted,
        pairs.predictor_value_usd,
        pairs.predicted_value_usd,
        holdings.security_id,
        holdings.shares as predictor_shares,
        holdings.market_value_usd / pairs.predictor_value_usd as predictor_weight_ratio,
        pairs.predicted_fund_id,
        pairs.predicted_on
    from pairs
    inner join holdings
        on
            pairs.predictor_fund_id = holdings.fund_id
            and pairs.predictor_on = holdings.as_of_on
    where holdings.shares > 0
),

matched as (
    select
        common.pair_id,
        common.pair_kind,
        common.predictor,
        common.predicted,
        common.predictor_value_usd,
        common.predicted_value_usd,
        common.security_id,
        common.predictor_shares,
        common.predictor_weight_ratio,
        holdings.shares as predicted_shares,
        holdings.market_value_usd / common.predicted_value_usd as predicted_weight_ratio,
        count(*) over (partition by common.pair_id) as members_count
    from common
    inner join holdings
        on
            common.predicted_fund_id = holdings.fund_id
            and common.predicted_on = holdings.as_of_on
            and common.security_id = holdings.security_id
    where holdings.shares > 0
)

select
    matched.pair_id,
    matched.security_id,
    securities.ticker,
    matched.pair_kind,
    case
        when
            coalesce(
                least(matched.predictor_weight_ratio, matched.predicted_weight_ratio),
                matched.predictor_weight_ratio,
                matched.predicted_weight_ratio
            ) < 1e-4
            then 'small'
        else 'large'
    end as size_class,
    matched.predictor,
    matched.predicted,
    matched.predictor_value_usd,
    matched.predicted_value_usd,
    matched.predictor_shares,
    matched.predicted_shares,
    matched.members_count
from matched
left join securities on matched.security_id = securities.security_id
where matched.members_count >= 100
order by matched.pair_id, matched.security_id
