-- The quantiles of every measured pair stand in their order, above zero, over some positions.
-- says: measured pairs have quantiles that cannot be
-- severity: refuse
-- scope: question
-- remedy: Take the rows as 'flowrisk backtest --leave-one-out' writes them.

with

pair_errors as (
    select * from staging.pair_errors
)

select
    pair_errors.pair_id as subject,
    concat_ws(
        ' ', pair_errors.members_count, 'positions, quantiles', pair_errors.q05_ratio,
        pair_errors.q25_ratio, pair_errors.q75_ratio, pair_errors.q95_ratio
    ) as fact
from pair_errors
where
    pair_errors.members_count < 1
    or isnan(
        pair_errors.q05_ratio + pair_errors.q25_ratio + pair_errors.q75_ratio
        + pair_errors.q95_ratio
    )
    or pair_errors.q05_ratio <= 0
    or pair_errors.q05_ratio > pair_errors.q25_ratio
    or pair_errors.q25_ratio > pair_errors.q75_ratio
    or pair_errors.q75_ratio > pair_errors.q95_ratio
    or pair_errors.pair_kind
    not in ('same-fund', 'same-index', 'same-provider', 'other-provider')
    or pair_errors.size_class not in ('large', 'small')
