-- Index providers of the sample.
-- grain: provider_id
-- units: none
select
    provider_id,
    provider_name,
    basis,
    source
from sources.providers
