-- Weights without share counts: shown, never summed.
-- grain: fund_id, as_of_on, security_id
-- units: weight_ratio in a ratio (0-1)

with

fund_weights as (
    select * from raw.fund_weights
)

select
    fund_weights.fund_id,
    cast(fund_weights.as_of_on as date) as as_of_on,
    fund_weights.security_id,
    cast(fund_weights.weight_ratio as double) as weight_ratio,
    fund_weights.basis,
    fund_weights.source
from fund_weights
