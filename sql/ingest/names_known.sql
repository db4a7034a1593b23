-- What a price file may call a security or coin that the dataset knows: its id, its ticker, any of its
-- identifiers, exchange and ticker as one key, or a coin's symbol. A name of two is none.
-- grain: kind, name
-- units: none
-- kind: table

with

securities as (
    select * from overlaid.securities
),

identifiers as (
    select
        identifiers.scheme,
        identifiers.value,
        identifiers.security_id
    from overlaid.security_identifiers as identifiers
    where identifiers.valid_to_on is null
),

named as (
    select
        securities.security_id as name,
        securities.security_id
    from securities
    union
    select
        securities.ticker as name,
        securities.security_id
    from securities
    union
    select
        split_part(ingest.ticker_key('US', securities.ticker), ':', 2) as name,
        securities.security_id
    from securities
    union
    select
        identifiers.value as name,
        identifiers.security_id
    from identifiers
    union
    select
        ingest.ticker_key(
            split_part(identifiers.value, ':', 1), split_part(identifiers.value, ':', 2)
        ) as name,
        identifiers.security_id
    from identifiers
    where identifiers.scheme = 'ticker+mic'
)

select
    'security' as kind,
    named.name,
    min(named.security_id) as security_id
from named
where named.name is not null
group by named.name
having count(*) = 1
union all
select distinct
    'coin' as kind,
    coin_prices.coin as name,
    coin_prices.coin as security_id
from data.coin_prices as coin_prices
