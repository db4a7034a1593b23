-- No other security in the data has the name of a security asked about.
-- says: a security asked about may have two identifiers, so that its holdings count only in part
-- severity: warn
-- scope: question
-- remedy: Load the files again with --map, which gives both identifiers one security; ask for that.

with

securities_asked as (
    select * from intermediate.securities_asked
),

securities as (
    select * from staging.securities
),

others as (
    select securities.*
    from securities
    left join securities_asked on securities.security_id = securities_asked.security_id
    where securities_asked.security_id is null
)

select
    securities_asked.ticker as subject,
    concat_ws(
        ' ', securities_asked.security_id, 'and', others.security_id, 'are both named',
        others.security_name
    ) as fact
from securities_asked
inner join others on upper(securities_asked.security_name) = upper(others.security_name)
