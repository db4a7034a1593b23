-- Pairs of keys that may be of one security: at least one is no ISIN, the countries do not differ, and
-- either ticker and first word agree, or the names do and no two tickers are known; or two ISINs of one
-- ticker, first word and class, as where a company moves to another country. Written both ways.
-- grain: security_id, other_id
-- units: none

with

securities as (
    select * from staging.securities
),

named as (
    select
        securities.security_id,
        securities.ticker,
        securities.security_name,
        securities.country,
        securities.share_class,
        upper(securities.security_name) like '%ADR%'
        or upper(securities.security_name) like '%DEPOSIT%' as is_depositary,
        securities.security_id like '%:%' as is_without_isin,
        securities.ticker = securities.security_id as is_without_ticker,
        translate(upper(securities.ticker), './- ', '') as ticker_key,
        trim(translate(upper(securities.security_name), '.,''’-/', '')) as name_key,
        split_part(
            trim(translate(upper(securities.security_name), '.,''’-/', '')), ' ', 1
        ) as first_word
    from securities
),

by_ticker as (
    select
        one.security_id,
        other.security_id as other_id,
        other.security_name as other_name
    from named as one
    inner join named as other
        on one.ticker_key = other.ticker_key and one.first_word = other.first_word
    where
        one.security_id != other.security_id
        and (
            (
                (one.is_without_isin or other.is_without_isin)
                and (one.country = other.country or 'ZZ' in (one.country, other.country))
            )
            or (
                not one.is_without_isin
                and not other.is_without_isin
                and one.share_class = other.share_class
                and not one.is_depositary
                and not other.is_depositary
            )
        )
),

-- equal names, and names of which one begins the other, are the same in their first ten characters
named_alike as (
    select
        one.security_id,
        one.security_name,
        other.security_id as other_id,
        other.security_name as other_name
    from named as one
    inner join named as other
        on left(one.name_key, 10) = left(other.name_key, 10) and one.first_word = other.first_word
    where
        one.is_without_isin
        and one.security_id != other.security_id
        and (one.country = other.country or 'ZZ' in (one.country, other.country))
        and (
            one.name_key = other.name_key
            or (
                (one.is_without_ticker or other.is_without_ticker)
                and least(length(one.name_key), length(other.name_key)) >= 10
                and left(one.name_key, least(length(one.name_key), length(other.name_key)))
                = left(other.name_key, least(length(one.name_key), length(other.name_key)))
            )
        )
)

select
    by_ticker.security_id,
    by_ticker.other_id,
    by_ticker.other_name
from by_ticker
union
select
    named_alike.security_id,
    named_alike.other_id,
    named_alike.other_name
from named_alike
union
select
    named_alike.other_id as security_id,
    named_alike.security_id as other_id,
    named_alike.security_name as other_name
from named_alike
