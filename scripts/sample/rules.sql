-- Eligibility rules of providers, test by test, as published.
-- grain: rule_id, input_id
-- units: threshold_ratio a ratio (0-1), null where it was not found
select
    rule_id,
    input_id,
    provider_id,
    rule_name,
    screen_id,
    fails_if,
    threshold_ratio,
    failing_tests_count,
    years_count,
    published_on,
    basis,
    source
from sources.rules
