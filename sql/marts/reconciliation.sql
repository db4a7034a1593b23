-- Every published estimate beside ours at the same price and scope, for deletion. The gap to our
-- estimate for all providers at the price of the as-of day splits into price, scope, coverage (what
-- it holds beyond ours where ours counts covered funds only) and an unexplained residual. A figure
-- our ratios are calibrated to, or one that repeats it, is marked. Rows that cannot be compared say
-- why.
-- grain: estimate_id
-- units: _usd in US dollars; own_close_usd in US dollars per share; _shares in shares of the as-of
--   day; own_count_ratio the listed shares of the figure's day over those of the as-of day
-- example: select estimator, scope, published_usd, outflow_usd, rest_usd from marts.reconciliation

with

assumptions as (
    select * from scenario.assumptions
),

published_estimates as (
    select * from staging.published_estimates
),

estimates_priced as (
    select * from intermediate.estimates_priced
),

scopes_sized as (
    select * from intermediate.scopes_sized
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

headlines as (
    select
        scopes_sized.security_id,
        scopes_sized.outflow_shares as headline_shares
    from scopes_sized
    where scopes_sized.scope = 'all'
),

gathered as (
    select
        published_estimates.estimate_id,
        published_estimates.estimator,
        published_estimates.published_on,
        published_estimates.published_on > assumptions.facts_until_on as is_after_as_of,
        published_estimates.scope,
        published_estimates.subject,
        estimates_priced.security_id,
        securities_asked.ticker,
        published_estimates.reading,
        published_estimates.outflow_low_usd as published_low_usd,
        published_estimates.outflow_high_usd as published_high_usd,
        (
            coalesce(published_estimates.outflow_low_usd, published_estimates.outflow_high_usd)
            + coalesce(published_estimates.outflow_high_usd, published_estimates.outflow_low_usd)
        ) / 2 as published_usd,
        published_estimates.assumed_market_cap_usd,
        estimates_priced.own_price_source,
        estimates_priced.own_close_usd,
        estimates_priced.off_close_ratio,
        estimates_priced.own_count_shares / securities_asked.shares_outstanding as own_count_ratio,
        estimates_priced.set_close_usd,
        prices_selected.close_usd,
        scopes_sized.outflow_shares,
        scopes_sized.set_shares,
        scopes_sized.observed_shares,
        scopes_sized.not_estimated_count,
        scopes_sized.calibrated_count,
        headlines.headline_shares,
        published_estimates.wording,
        published_estimates.basis,
        published_estimates.source
    from published_estimates
    cross join assumptions
    left join estimates_priced on published_estimates.estimate_id = estimates_priced.estimate_id
    left join securities_asked on estimates_priced.security_id = securities_asked.security_id
    left join prices_selected on estimates_priced.security_id = prices_selected.security_id
    left join scopes_sized
        on
            published_estimates.scope = scopes_sized.scope
            and estimates_priced.security_id = scopes_sized.security_id
    left join headlines on estimates_priced.security_id = headlines.security_id
),

judged as (
    select
        gathered.*,
        case
            when gathered.published_usd is null
                then 'it gives no outflow in dollars (an inflow, a stock of holdings, or words only)'
            when gathered.security_id is null
                then 'its subject is a basket, or a security that was not asked about'
            when gathered.outflow_shares is null
                then 'its scope is no provider and no index of the data'
            when gathered.off_close_ratio > 0.02
                then 'its market value over the shares it counts is no price within 2 % of a close around its day'
            when gathered.own_close_usd is null
                then 'it states no market value, and no close of its day is known'
            when gathered.close_usd is null then 'the price of the as-of day is unknown'
        end as not_compared_reason
    from gathered
),

compared as (
    select
        judged.*,
        judged.outflow_shares * judged.own_close_usd as outflow_usd,
        judged.headline_shares * judged.close_usd as headline_usd,
        judged.published_usd - judged.outflow_shares * judged.own_close_usd as remainder_usd,
        judged.not_compared_reason is null as is_compared
    from judged
)

select
    compared.estimate_id,
    compared.estimator,
    compared.published_on,
    compared.is_after_as_of,
    compared.scope,
    compared.subject,
    compared.security_id,
    compared.ticker,
    compared.reading,
    compared.published_low_usd,
    compared.published_high_usd,
    compared.published_usd,
    compared.assumed_market_cap_usd,
    compared.own_price_source,
    compared.own_close_usd,
    compared.own_count_ratio,
    compared.outflow_shares,
    case when compared.is_compared then compared.outflow_usd end as outflow_usd,
    case when compared.is_compared then compared.observed_shares * compared.own_close_usd end
        as observed_outflow_usd,
    case
        when not compared.is_compared then null
        when compared.outflow_usd < coalesce(compared.published_low_usd, 0) * 0.99 then 'below'
        when compared.outflow_usd > compared.published_high_usd * 1.01 then 'above'
        else 'within'
    end as our_position,
    compared.published_usd / compared.own_close_usd as published_shares,
    case when compared.is_compared then compared.headline_usd end as headline_usd,
    case when compared.is_compared then compared.published_usd - compared.headline_usd end
        as gap_usd,
    case
        when compared.is_compared
            then compared.headline_shares * (compared.own_close_usd - compared.close_usd)
    end as price_gap_usd,
    case
        when compared.is_compared
            then (compared.outflow_shares - compared.headline_shares) * compared.own_close_usd
    end as scope_gap_usd,
    case
        when not compared.is_compared then null
        when compared.not_estimated_count > 0 then greatest(compared.remainder_usd, 0)
        else 0
    end as coverage_gap_usd,
    case
        when not compared.is_compared then null
        when compared.not_estimated_count > 0 then least(compared.remainder_usd, 0)
        else compared.remainder_usd
    end as rest_usd,
    coalesce(compared.calibrated_count > 0, false) as rests_on_calibration,
    coalesce(
        compared.calibrated_count > 0
        and abs(
            compared.set_shares * compared.set_close_usd - compared.published_usd
        )
        <= 0.01 * compared.published_usd,
        false
    ) as is_calibration_input,
    compared.not_compared_reason,
    compared.wording,
    compared.basis,
    compared.source
from compared
order by compared.published_on nulls last, compared.estimate_id
