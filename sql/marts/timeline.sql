-- On which sessions each provider's trackers would trade: those of its first review after the
-- decision that is awaited (intermediate.next_reviews), or of each step of a reweight, in equal parts
-- where it is traded over several. Providers of one session are summed against the volume of a day;
-- those of different or unknown sessions are not. Sessions are those of the exchange that the
-- security is listed on; where it or its closures are not known, New York's, marked as assumed.
-- grain: scenario_id, provider_id, security_id, review_on, trades_on
-- units: _shares in shares of the as-of day; _usd in US dollars at the price of the as-of day;
--   same_day_adv_multiple_days in days of ordinary volume, auction_multiple_ in ordinary closing auctions
-- example: select trades_on, provider_id, outflow_usd, same_day_outflow_usd from marts.timeline

with

assumptions as (
    select * from scenario.assumptions
),

provider_outflows as (
    select * from marts.provider_outflows
),

next_reviews as (
    select * from intermediate.next_reviews
),

trade_sessions as (
    select * from intermediate.trade_sessions
),

listings as (
    select * from scenario.listings
),

steps as (
    select * from scenario.steps
),

providers as (
    select * from staging.providers
),

volumes_averaged as (
    select * from intermediate.volumes_averaged
),

scenarios as (
    select * from scenario.scenarios
),

securities_asked as (
    select * from intermediate.securities_asked
),

due as (
    select
        next_reviews.scenario_id,
        next_reviews.provider_id,
        provider_outflows.security_id,
        next_reviews.review_on,
        provider_outflows.outflow_shares,
        false as is_step
    from provider_outflows
    inner join next_reviews
        on
            provider_outflows.scenario_id = next_reviews.scenario_id
            and provider_outflows.provider_id = next_reviews.provider_id
    where provider_outflows.treatment <> 'reweight'
    union all
    select
        provider_outflows.scenario_id,
        provider_outflows.provider_id,
        provider_outflows.security_id,
        steps.effective_on as review_on,
        provider_outflows.deletion_outflow_shares * steps.sold_ratio as outflow_shares,
        true as is_step
    from provider_outflows
    inner join steps on provider_outflows.security_id = steps.security_id
    where provider_outflows.treatment = 'reweight'
),

dated as (
    select
        due.scenario_id,
        due.provider_id,
        due.security_id,
        providers.provider_name,
        provider_outflows.ticker,
        provider_outflows.security_name,
        provider_outflows.is_in_basket,
        provider_outflows.treatment,
        provider_outflows.bound,
        next_reviews.leader_id,
        next_reviews.decided_on,
        next_reviews.decision_due_on,
        next_reviews.announced_on,
        due.review_on,
        trade_sessions.effective_on,
        trade_sessions.trades_on,
        trade_sessions.session_number,
        trade_sessions.sessions_count,
        listings.exchange_id,
        listings.calendar_id,
        coalesce(trade_sessions.is_assumed, false) or listings.is_assumed as is_calendar_assumed,
        coalesce(next_reviews.is_inferred, false) as is_inferred,
        case
            when due.review_on is not null and trade_sessions.trades_on is null
                then 'no session of this day is known'
            else next_reviews.unknown_reason
        end as unknown_reason,
        due.outflow_shares / coalesce(trade_sessions.sessions_count, 1) as outflow_shares,
        due.outflow_shares * provider_outflows.close_usd
        / coalesce(trade_sessions.sessions_count, 1) as outflow_usd,
        case when trade_sessions.trades_on is null then due.provider_id end as alone_id
    from due
    inner join provider_outflows
        on
            due.scenario_id = provider_outflows.scenario_id
            and due.provider_id = provider_outflows.provider_id
            and due.security_id = provider_outflows.security_id
    inner join listings on due.security_id = listings.security_id
    left join providers on due.provider_id = providers.provider_id
    left join next_reviews
        on
            due.scenario_id = next_reviews.scenario_id
            and due.provider_id = next_reviews.provider_id
            and not due.is_step
    left join trade_sessions
        on
            due.scenario_id = trade_sessions.scenario_id
            and due.provider_id = trade_sessions.provider_id
            and due.review_on = trade_sessions.review_on
            and listings.calendar_id = trade_sessions.calendar_id
),

summed as (
    select
        scenarios.position_id as scenario_position_id,
        securities_asked.position_id as security_position_id,
        dated.scenario_id,
        dated.provider_id,
        dated.security_id,
        coalesce(dated.provider_name, dated.provider_id) as provider_name,
        dated.ticker,
        dated.security_name,
        dated.is_in_basket,
        dated.treatment,
        dated.bound,
        dated.leader_id,
        dated.decided_on,
        dated.decision_due_on,
        dated.announced_on,
        dated.review_on,
        dated.effective_on,
        dated.trades_on,
        dated.session_number,
        dated.sessions_count,
        dated.exchange_id,
        dated.calendar_id,
        dated.is_calendar_assumed,
        dated.is_inferred,
        dated.unknown_reason,
        dated.outflow_shares,
        dated.outflow_usd,
        count(case when dated.outflow_shares <> 0 then 1 end) over same_day as same_day_sellers_count,
        count(case when dated.bound in ('at_least', 'unknown') then 1 end) over same_day > 0
            as same_day_is_at_least,
        sum(dated.outflow_shares) over same_day as same_day_outflow_shares,
        sum(dated.outflow_usd) over same_day as same_day_outflow_usd,
        volumes_averaged.adv_shares
    from dated
    inner join scenarios on dated.scenario_id = scenarios.scenario_id
    inner join securities_asked on dated.security_id = securities_asked.security_id
    left join volumes_averaged on dated.security_id = volumes_averaged.security_id
    window
        same_day as (
            partition by dated.scenario_id, dated.security_id, dated.trades_on, dated.alone_id
        )
),

absorbed as (
    select
        summed.*,
        abs(summed.same_day_outflow_shares) / nullif(summed.adv_shares, 0)
            as same_day_adv_multiple_days
    from summed
)

select
    absorbed.scenario_id,
    absorbed.provider_id,
    absorbed.security_id,
    absorbed.provider_name,
    absorbed.ticker,
    absorbed.security_name,
    absorbed.is_in_basket,
    absorbed.treatment,
    absorbed.bound,
    absorbed.leader_id,
    absorbed.decided_on,
    absorbed.decision_due_on,
    absorbed.announced_on,
    absorbed.review_on,
    absorbed.effective_on,
    absorbed.trades_on,
    absorbed.session_number,
    absorbed.sessions_count,
    absorbed.exchange_id,
    absorbed.calendar_id,
    absorbed.is_calendar_assumed,
    absorbed.is_inferred,
    absorbed.unknown_reason,
    absorbed.outflow_shares,
    absorbed.outflow_usd,
    absorbed.same_day_sellers_count,
    absorbed.same_day_is_at_least,
    absorbed.same_day_outflow_shares,
    absorbed.same_day_outflow_usd,
    absorbed.adv_shares,
    absorbed.same_day_adv_multiple_days,
    absorbed.same_day_adv_multiple_days / assumptions.auction_high_ratio as auction_multiple_low_days,
    absorbed.same_day_adv_multiple_days / assumptions.auction_low_ratio as auction_multiple_high_days
from absorbed
cross join assumptions
order by
    absorbed.scenario_position_id, absorbed.security_position_id, absorbed.trades_on nulls last,
    absorbed.provider_id
