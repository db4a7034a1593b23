-- How far one tracker's positions lie from what another's foretell: quantiles measured on whole
-- listings that are not part of the sample, as 'flowrisk backtest --leave-one-out' gives them.
-- grain: pair_id, size_class
-- units: ratios of actual over foretold positions; inside_ratio 0-1
select
    pair_id,
    size_class,
    pair_kind,
    predictor,
    predicted,
    members_count,
    q05_ratio,
    q25_ratio,
    q75_ratio,
    q95_ratio,
    scale_ratio,
    inside_ratio,
    basis,
    source
from sources.pair_errors
