-- How far one tracker's positions lie from what another's foretell.
-- grain: pair_id, size_class
-- units: members_count positions; inside_ratio a ratio (0-1), the other _ratio columns actual over
--   foretold position

with

pair_errors as (
    select * from raw.pair_errors
)

select
    pair_errors.pair_id,
    pair_errors.size_class,
    pair_errors.pair_kind,
    pair_errors.predictor,
    pair_errors.predicted,
    cast(pair_errors.members_count as bigint) as members_count,
    cast(pair_errors.q05_ratio as double) as q05_ratio,
    cast(pair_errors.q25_ratio as double) as q25_ratio,
    cast(pair_errors.q75_ratio as double) as q75_ratio,
    cast(pair_errors.q95_ratio as double) as q95_ratio,
    cast(pair_errors.scale_ratio as double) as scale_ratio,
    cast(pair_errors.inside_ratio as double) as inside_ratio,
    pair_errors.basis,
    pair_errors.source
from pair_errors
