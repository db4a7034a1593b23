-- Ratios of issuers that rules test and balance sheets of digital assets do not give; none was found.
-- grain: issuer_id, input_id, as_of_on
-- units: input_ratio a ratio
select
    issuer_id,
    input_id,
    as_of_on,
    input_ratio,
    published_on,
    basis,
    source
from sources.issuer_ratios
