-- Ratios of issuers that rules test, by balance-sheet day.
-- grain: issuer_id, input_id, as_of_on
-- units: input_ratio a ratio

with

issuer_ratios as (
    select * from raw.issuer_ratios
)

select
    issuer_ratios.issuer_id,
    issuer_ratios.input_id,
    cast(issuer_ratios.as_of_on as date) as as_of_on,
    cast(issuer_ratios.input_ratio as double) as input_ratio,
    cast(issuer_ratios.published_on as date) as published_on,
    issuer_ratios.basis,
    issuer_ratios.source
from issuer_ratios
