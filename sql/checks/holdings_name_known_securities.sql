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
),

named as (
    select distinct holdings_stated.security_id
    from staging.holdings_stated
),

unknown as (
    select named.security_id
    from named
    left join securities on named.security_id = securities.security_id
    where securities.security_id is null
)

select
    holdings.security_id as subject,
    concat_ws(' ', count(*), 'positions, newest of', max(holdings.as_of_on)) as fact
from holdings
inner join unknown on holdings.security_id = unknown.security_id
group by holdings.security_id
