-- Dated identifiers of a security.
-- grain: scheme, value, valid_from_on
-- units: none

with

security_identifiers as (
    select * from raw.security_identifiers
)

select
    security_identifiers.scheme,
    security_identifiers.value,
    cast(security_identifiers.valid_from_on as date) as valid_from_on,
    security_identifiers.security_id,
    cast(security_identifiers.valid_to_on as date) as valid_to_on,
    security_identifiers.basis,
    security_identifiers.source
from security_identifiers
