-- Index providers.
-- grain: provider_id
-- units: none

with

providers as (
    select * from raw.providers
)

select
    providers.provider_id,
    providers.provider_name,
    providers.basis,
    providers.source
from providers
