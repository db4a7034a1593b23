-- How far one tracker's positions lie from what another's foretell, by kind of pair and size: the
-- mean 5 % and 95 % quantile, every pair with its number of positions. A band rests on three pairs
-- or more: where its kind has fewer, the pairs of the next wider kind count too, and make it no
-- narrower. Listings of one fund in a row tell of time, and of no other fund.
-- grain: pair_kind, size_class
-- units: low_ratio and high_ratio actual over foretold position

with

pair_errors as (
    select * from staging.pair_errors
),

kinds as (
    select
        'same-index' as pair_kind,
        1 as width_rank
    union all
    select
        'same-provider' as pair_kind,
        2 as width_rank
    union all
    select
        'other-provider' as pair_kind,
        3 as width_rank
),

summed as (
    select
        kinds.width_rank,
        pair_errors.size_class,
        count(*) as pairs_count,
        sum(pair_errors.members_count) as members_count,
        sum(pair_errors.q05_ratio * pair_errors.members_count) as low_sum_ratio,
        sum(pair_errors.q95_ratio * pair_errors.members_count) as high_sum_ratio
    from pair_errors
    inner join kinds on pair_errors.pair_kind = kinds.pair_kind
    group by kinds.width_rank, pair_errors.size_class
),

narrower as (
    select * from summed
),

-- the pairs of a kind and of the next wider kinds, up to each
widened as (
    select
        kinds.pair_kind,
        summed.size_class,
        summed.pairs_count,
        sum(narrower.pairs_count) as known_count,
        sum(narrower.members_count) as members_count,
        sum(narrower.low_sum_ratio) as low_sum_ratio,
        sum(narrower.high_sum_ratio) as high_sum_ratio
    from kinds
    inner join summed on kinds.width_rank <= summed.width_rank
    inner join narrower
        on
            kinds.width_rank <= narrower.width_rank
            and summed.width_rank >= narrower.width_rank
            and summed.size_class = narrower.size_class
    group by kinds.pair_kind, summed.width_rank, summed.size_class, summed.pairs_count
)

select
    widened.pair_kind,
    widened.size_class,
    min(widened.low_sum_ratio / widened.members_count) as low_ratio,
    max(widened.high_sum_ratio / widened.members_count) as high_ratio
from widened
where widened.known_count - widened.pairs_count < 3
group by widened.pair_kind, widened.size_class
