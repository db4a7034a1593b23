-- What tells a security apart: where its ticker trades, the words of its name, its class. A security
-- has a row for each way in which the positions read or the dataset put it. A ticker without an
-- exchange is one of the country of the ISIN, or of the currency that it is held in (the country stated,
-- for the euro); weakly of the US, where a CUSIP names it, and of Canada, where a CUSIP of a country not
-- stated was taken for one of the US.
-- grain: security_id, market, ticker, security_name, preference
-- units: none
-- kind: table

with

proposed as (
    select * from ingest.identifiers_proposed
),

identifiers as (
    select * from ingest.identifiers_known
),

countries as (
    select * from ingest.countries_of_mics
),

with_cusip as (
    select distinct identifiers.security_id
    from identifiers
    where identifiers.scheme = 'cusip'
    union
    select distinct proposed.security_id
    from proposed
    where proposed.cusip is not null
),

isins_stated as (
    select distinct proposed.isin
    from proposed
    where proposed.isin is not null
),

worded as (
    select distinct
        proposed.security_id,
        proposed.ticker,
        coalesce(proposed.mic, case when proposed.country = 'US' then 'US' end) as mic,
        proposed.issuer_name,
        proposed.title,
        proposed.country,
        proposed.currency
    from proposed
    where proposed.security_id is not null
),

-- titles write names shorter, and others write them so too
entitled as (
    select
        worded.*,
        unnest(
            case
                when
                    lower(split_part(worded.title, ' ', 1))
                    = lower(split_part(worded.issuer_name, ' ', 1))
                    then [worded.issuer_name, worded.title]
                else [worded.issuer_name]
            end
        ) as security_name
    from worded
),

named as (
    select
        entitled.security_id,
        entitled.ticker,
        entitled.mic,
        entitled.security_name,
        entitled.title,
        entitled.country,
        entitled.currency
    from entitled
    union
    select distinct
        securities.security_id,
        nullif(securities.ticker, securities.security_id) as ticker,
        cast(null as varchar) as mic,
        securities.security_name,
        securities.share_class as title,
        securities.country,
        securities.currency
    from overlaid.securities as securities
    union
    select distinct
        securities.security_id,
        split_part(identifiers.value, ':', 2) as ticker,
        split_part(identifiers.value, ':', 1) as mic,
        securities.security_name,
        securities.share_class as title,
        securities.country,
        securities.currency
    from identifiers
    inner join overlaid.securities as securities on identifiers.security_id = securities.security_id
    where identifiers.scheme = 'ticker+mic'
),

-- names of no more than what files agree on: no apostrophes, no "and", no state behind a slash, no class;
-- each put apart once, however many markets its security has
ranked as materialized (
    select
        named.*,
        trim(ingest.name_key(regexp_replace(
            replace(lower(named.security_name), '''', ''),
            '/[a-z]{2,3}$|\b(and|companies|cos|(class|series) ?[a-z]|(cl|ser)[. ][a-z])\b', ' ', 'g'
        ))) as name_words,
        coalesce(
            nullif(regexp_extract(
                upper(concat_ws(' ', named.security_name, named.title)),
                '\b(?:CLASS|CL|SERIES) ?([A-Z])\b|[- ]([A-C])$', 1
            ), ''),
            nullif(regexp_extract(upper(named.title), '^(?:.*[- ])?([A-C])$', 1), ''),
            nullif(regexp_extract(upper(named.security_name), '[- ]([A-C])$', 1), ''),
            ''
        ) as share_class,
        regexp_matches(
            upper(concat_ws(' ', named.security_name, named.title)),
            '\b(ADR|ADS|GDR|DEPOSIT[AO]R\w*|SPONSORED|NY REG\w*|UNITS?|WARRANTS?|RIGHTS?|CVR|PFD|PREF\w*|NVDR|SDR|GENUS\w*|PARTICIPATION|PART CERT\w*|PAR (?:AG|SA))\b'
        ) as is_other_paper,
        split_part(ingest.ticker_key('US', named.ticker), ':', 2) as ticker_written,
        case
            when named.security_id not like '%:%' then 1
            when named.security_id like 'CUSIP:%' then 2
            when named.security_id like 'FIGI:%' then 3
            when named.security_id like 'SEDOL:%' then 4
            else 5
        end as preference
    from named
),

placed as (
    select
        ranked.*,
        countries.country as market,
        false as is_weak
    from ranked
    inner join countries
        on
            countries.mic = coalesce(
                ranked.mic,
                case when ranked.preference = 5 then split_part(ranked.security_id, ':', 1) end
            )
    union all
    select
        ranked.*,
        substr(ranked.security_id, 1, 2) as market,
        false as is_weak
    from ranked
    where ranked.preference = 1 and length(ranked.security_id) = 12
    union all
    -- codes of currencies begin with the code of their country
    select
        ranked.*,
        case ranked.currency when 'EUR' then ranked.country else left(ranked.currency, 2) end
            as market,
        false as is_weak
    from ranked
    where
        ranked.preference < 5
        and ranked.currency not in ('USD', 'XXX')
        and (ranked.currency != 'EUR' or ranked.country not in ('US', 'ZZ'))
    union all
    select
        ranked.*,
        'US' as market,
        true as is_weak
    from ranked
    inner join with_cusip on ranked.security_id = with_cusip.security_id
    where ranked.preference != 5 and ranked.security_id not like 'US%'
    union all
    select
        ranked.*,
        'CA' as market,
        true as is_weak
    from ranked
    anti join isins_stated on ranked.security_id = isins_stated.isin
    where ranked.preference = 1 and ranked.security_id like 'US%'
)

select
    placed.security_id,
    placed.preference,
    placed.market,
    placed.ticker_written as ticker,
    placed.security_name,
    placed.name_words,
    split_part(placed.name_words, ' ', 1) as first_word,
    placed.share_class,
    placed.is_other_paper,
    min(placed.is_weak) as is_weak
from placed
group by all
