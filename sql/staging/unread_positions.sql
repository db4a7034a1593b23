-- Positions that a full report lists in a row that could not be read: neither known nor sold.
-- grain: fund_id, as_of_on, security_id
-- units: none

with

unread_positions as (
    select * from raw.unread_positions
)

select
    unread_positions.fund_id,
    cast(unread_positions.as_of_on as date) as as_of_on,
    unread_positions.security_id,
    unread_positions.reason,
    unread_positions.stated,
    unread_positions.basis,
    unread_positions.source
from unread_positions
