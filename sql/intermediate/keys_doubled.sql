-- Other keys that may be of a security asked about, those asked about too left out.
-- grain: security_id, other_id
-- units: none
-- kind: table

with

doubled as (
    select * from intermediate.securities_doubled
),

securities_asked as (
    select * from intermediate.securities_asked
)

select
    securities_asked.security_id,
    securities_asked.ticker,
    securities_asked.is_in_basket,
    doubled.other_id,
    doubled.other_name
from doubled
inner join securities_asked on doubled.security_id = securities_asked.security_id
left join securities_asked as also_asked on doubled.other_id = also_asked.security_id
where also_asked.security_id is null
