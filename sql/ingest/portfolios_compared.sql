-- Each portfolio whose fund tracks no index that is known, beside the portfolios of known trackers
-- of about as many securities and within a month: what they share. Only those are compared that
-- hold most of the portfolio's five largest positions.
-- grain: report_id, index_id
-- units: overlap_ratio 0-1, the sum over securities of the smaller weight; members_ratio 0-1,
--   securities in both of those in either; spread_ratio the middle half of the logarithms of the
--   ratio of weights; apart_days in days
-- kind: table

with

candidates as (
    select portfolios.*
    from ingest.portfolios_taken as portfolios
    inner join ingest.fund_names as names on portfolios.fund_id = names.fund_id
    left join ingest.names_recognised as recognised on portfolios.fund_id = recognised.fund_id
    where recognised.fund_id is null or recognised.index_id like '%-other'
),

largest_shared as (
    select
        candidates.report_id,
        weights.index_id,
        weights.as_of_on
    from (
        select
            candidates.report_id,
            unnest(candidates.leading_ids) as security_id
        from candidates
    ) as candidates
    inner join ingest.reference_weights as weights
        on candidates.security_id = weights.security_id
    group by candidates.report_id, weights.index_id, weights.as_of_on
    having count(*) >= 3
),

near_enough as (
    select
        candidates.report_id,
        candidates.fund_id,
        candidates.equities_usd,
        candidates.securities_count,
        known.index_id,
        known.fund_id as reference_fund_id,
        known.as_of_on as reference_on,
        known.securities_count as reference_count,
        abs(candidates.as_of_on - known.as_of_on) as apart_days
    from largest_shared
    inner join candidates on largest_shared.report_id = candidates.report_id
    inner join ingest.references_known as known
        on largest_shared.index_id = known.index_id and largest_shared.as_of_on = known.as_of_on
    where
        abs(candidates.as_of_on - known.as_of_on) <= 31
        and candidates.securities_count * 100 >= known.securities_count * 85
        and known.securities_count * 100 >= candidates.securities_count * 85
),

pairs as (
    select near_enough.*
    from near_enough
    qualify row_number() over (
        partition by near_enough.report_id, near_enough.index_id
        order by near_enough.apart_days asc, near_enough.reference_count desc
    ) = 1
),

shared as (
    select
        pairs.report_id,
        pairs.index_id,
        count(*) as shared_count,
        sum(least(
            holdings.market_value_usd / pairs.equities_usd, weights.weight_ratio
        )) as overlap_ratio,
        quantile_cont(
            ln(holdings.market_value_usd / pairs.equities_usd / weights.weight_ratio), [0.25, 0.75]
        ) as quartiles
    from pairs
    inner join ingest.holdings_summed as holdings on pairs.report_id = holdings.report_id
    inner join ingest.reference_weights as weights
        on
            pairs.index_id = weights.index_id
            and pairs.reference_on = weights.as_of_on
            and holdings.security_id = weights.security_id
    where holdings.market_value_usd > 0
    group by pairs.report_id, pairs.index_id
)

select
    pairs.report_id,
    pairs.fund_id,
    pairs.index_id,
    pairs.reference_fund_id,
    pairs.reference_on,
    pairs.apart_days,
    shared.overlap_ratio,
    shared.shared_count
    / (pairs.securities_count + pairs.reference_count - shared.shared_count) as members_ratio,
    shared.quartiles[2] - shared.quartiles[1] as spread_ratio
from pairs
inner join shared on pairs.report_id = shared.report_id and pairs.index_id = shared.index_id
