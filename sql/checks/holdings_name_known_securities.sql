-- Every position is of a security that the data knows.
-- says: positions of securities that the data does not know are left out
-- severity: warn
-- scope: small
-- remedy: Add the security to securities.parquet, or correct its security_id in the holdings.

with

holdings as (
    select * from staging.holdings
),

securities as (
    select * from staging.securities
)

select
    holdings.security_id as subject,
    concat_ws(' ', count(*), 'positions, newest of', max(holdings.as_of_on)) as fact
from holdings
left join securities on holdings.security_id = securities.security_id
where securities.security_id is null
group by holdings.security_id
