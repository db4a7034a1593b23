-- Rules by which providers judge eligibility, one row a test.
-- grain: rule_id, input_id
-- units: threshold_ratio a ratio (0-1)

with

rules as (
    select * from raw.rules
)

select
    rules.rule_id,
    rules.input_id,
    rules.provider_id,
    rules.rule_name,
    rules.screen_id,
    rules.fails_if,
    cast(rules.threshold_ratio as double) as threshold_ratio,
    cast(rules.failing_tests_count as bigint) as failing_tests_count,
    cast(rules.years_count as bigint) as years_count,
    cast(rules.published_on as date) as published_on,
    rules.basis,
    rules.source
from rules
