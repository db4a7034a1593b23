-- Which security each way of naming one means at its date: CUSIP, then ISIN (stated, or formed from
-- the CUSIP), FIGI, SEDOL, ticker with exchange, LEI with class, and last a ticker alone, where one
-- security of the dataset has it and the names begin alike. An LEI names an issuer:
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
    select * from overlaid.securities
),

prices as (
    select * from ingest.prices_at_reports
),

-- a filer writes the ticker of the company beside its warrants and depositary receipts too: without an
-- exchange it names a security only where nothing else does
identified as (
    select distinct stated.key_id
    from (
        select
            listed.key_id,
            unnest(['cusip', 'isin', 'figi', 'sedol']) as scheme,
            unnest([listed.cusip, listed.isin, listed.figi, listed.sedol]) as value
        from listed
        where listed.ticker is not null and listed.mic is null
    ) as stated
    inner join checked on stated.scheme = checked.scheme and stated.value = checked.value
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
        ingest.ticker_key(
            coalesce(listed.mic, case when listed.country = 'US' then 'US' end), listed.ticker
        ) as value
    from listed
    anti join identified on listed.key_id = identified.key_id
    where listed.ticker is not null
),

named as (
    select
        identifiers.scheme,
        case
            when identifiers.scheme = 'ticker+mic' then ingest.ticker_key(
                split_part(identifiers.value, ':', 1), split_part(identifiers.value, ':', 2)
            )
            else identifiers.value
        end as value,
        identifiers.security_id,
        identifiers.valid_from_on,
        identifiers.valid_to_on
    from identifiers
),

by_value as (
    select
        candidates.key_id,
        candidates.preference,
        candidates.scheme,
        named.security_id
    from candidates
    inner join named on candidates.scheme = named.scheme and candidates.value = named.value
    where
        candidates.as_of_on >= named.valid_from_on
        and (named.valid_to_on is null or candidates.as_of_on <= named.valid_to_on)
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

by_ticker as (
    select
        listed.key_id,
        8 as preference,
        'ticker' as scheme,
        min(named.security_id) as security_id
    from listed
    inner join named
        on
            named.scheme = 'ticker+mic'
            and split_part(ingest.ticker_key('US', listed.ticker), ':', 2)
            = split_part(named.value, ':', 2)
    inner join securities on named.security_id = securities.security_id
    where
        listed.mic is null
        and coalesce(listed.cusip, listed.isin, listed.figi, listed.sedol) is null
        and listed.as_of_on >= named.valid_from_on
        and (named.valid_to_on is null or listed.as_of_on <= named.valid_to_on)
        and (
            listed.issuer_name is null
            or split_part(trim(ingest.name_key(listed.issuer_name)), ' ', 1)
            = split_part(trim(ingest.name_key(securities.security_name)), ' ', 1)
        )
    group by listed.key_id
    having count(distinct named.security_id) = 1
),

found as (
    select * from by_value
    union all
    select * from by_ticker
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
