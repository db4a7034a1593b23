-- Which security each way of naming one means at its date: CUSIP, then ISIN (stated, or formed from
-- the CUSIP), FIGI, SEDOL, ticker with exchange, and last LEI with class. An LEI names an issuer:
-- it counts only where security_identifiers gives it to one security, the title names no other paper
-- or class, and value ÷ shares is within 5 % of a price, where there is one.
-- grain: key_id
-- units: none
-- kind: table

with

listed as (
    select * from ingest.identifiers_listed
),

checked as (
    select * from ingest.identifiers_checked
),

identifiers as (
    select * from ingest.identifiers_known
),

securities as (
    select * from data.securities
),

prices as (
    select * from ingest.prices_at_reports
),

candidates as (
    select
        listed.key_id,
        listed.as_of_on,
        1 as preference,
        'cusip' as scheme,
        listed.cusip as value
    from listed
    where listed.cusip is not null
    union all
    select
        listed.key_id,
        listed.as_of_on,
        2 as preference,
        'isin' as scheme,
        listed.isin as value
    from listed
    where listed.isin is not null
    union all
    select
        listed.key_id,
        listed.as_of_on,
        3 as preference,
        'isin' as scheme,
        checked.isin as value
    from listed
    inner join checked
        on
            checked.scheme = 'cusip'
            and listed.cusip = checked.value
            and listed.country is not distinct from checked.country
    where checked.isin is not null
    union all
    select
        listed.key_id,
        listed.as_of_on,
        4 as preference,
        'figi' as scheme,
        listed.figi as value
    from listed
    where listed.figi is not null
    union all
    select
        listed.key_id,
        listed.as_of_on,
        5 as preference,
        'sedol' as scheme,
        listed.sedol as value
    from listed
    where listed.sedol is not null
    union all
    select
        listed.key_id,
        listed.as_of_on,
        6 as preference,
        'ticker+mic' as scheme,
        listed.mic || ':' || listed.ticker as value
    from listed
    where listed.mic is not null and listed.ticker is not null
),

by_value as (
    select
        candidates.key_id,
        candidates.preference,
        candidates.scheme,
        identifiers.security_id
    from candidates
    inner join identifiers
        on candidates.scheme = identifiers.scheme and candidates.value = identifiers.value
    where
        candidates.as_of_on >= identifiers.valid_from_on
        and (identifiers.valid_to_on is null or candidates.as_of_on <= identifiers.valid_to_on)
),

ordinary as (
    select
        listed.key_id,
        listed.as_of_on,
        listed.lei,
        listed.market_value_usd / nullif(listed.shares, 0) as implied_usd,
        regexp_extract(upper(listed.title), '\bCL(ASS)?\.? ?([A-Z])\b', 2) as share_class
    from listed
    where
        listed.lei is not null
        and coalesce(listed.cusip, listed.isin, listed.figi, listed.sedol) is null
        and not regexp_matches(
            upper(concat_ws(' ', listed.issuer_name, listed.title)),
            '\b(CVR|RTS?|RIGHTS?|WTS?|WARRANTS?|ESCROW|CONTRA|UNITS?|PFD|PREF\w*|NOTES?|LIQUIDAT\w*)\b'
        )
),

lei_owners as (
    select
        identifiers.value as lei,
        min(identifiers.security_id) as security_id
    from identifiers
    where identifiers.scheme = 'lei'
    group by identifiers.value
    having count(distinct identifiers.security_id) = 1
),

by_issuer as (
    select
        ordinary.key_id,
        7 as preference,
        'lei' as scheme,
        lei_owners.security_id
    from ordinary
    inner join lei_owners on ordinary.lei = lei_owners.lei
    left join securities on lei_owners.security_id = securities.security_id
    left join prices
        on
            lei_owners.security_id = prices.security_id
            and ordinary.as_of_on = prices.as_of_on
    where
        (
            coalesce(ordinary.share_class, '') = ''
            or coalesce(length(securities.share_class), 0) != 1
            or ordinary.share_class = securities.share_class
        )
        and (
            prices.close_usd is null
            or abs(ordinary.implied_usd / prices.close_usd - 1) <= 0.05
        )
),

found as (
    select * from by_value
    union all
    select * from by_issuer
),

ranked as (
    select
        found.key_id,
        found.scheme,
        found.security_id,
        row_number() over (
            partition by found.key_id
            order by found.preference, found.security_id
        ) as preference_rank,
        count(distinct found.security_id) over (partition by found.key_id) as security_count
    from found
)

select
    ranked.key_id,
    ranked.security_id,
    ranked.scheme as matched_by,
    ranked.security_count > 1 as is_contradictory
from ranked
where ranked.preference_rank = 1
