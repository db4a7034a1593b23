-- The security that each way of naming one has by itself: the match, else the identifier that becomes its
-- security_id (the ISIN, paired with the CUSIP, stated, or formed from it; else exchange and ticker, as
-- most rows write it; else the scheme and value), else null: no usable identifier. A listing whose ISIN
-- the row states is proposed under the ISIN, and given up for it.
-- grain: key_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: table

with

listed as (
    select * from ingest.identifiers_listed
),

matched as (
    select * from ingest.identifiers_matched
),

checked as (
    select * from ingest.identifiers_checked
),

paired as (
    select * from ingest.identifiers_paired
),

known as (
    select * from ingest.identifiers_known
),

securities as (
    select * from data.securities
),

usable as (
    select
        listed.*,
        isins.value as valid_isin,
        cusips.value as valid_cusip,
        cusips.isin as formed_isin,
        figis.value as valid_figi,
        sedols.value as valid_sedol
    from listed
    left join checked as isins on isins.scheme = 'isin' and listed.isin = isins.value
    left join checked as cusips
        on
            cusips.scheme = 'cusip'
            and listed.cusip = cusips.value
            and listed.country is not distinct from cusips.country
    left join checked as figis on figis.scheme = 'figi' and listed.figi = figis.value
    left join checked as sedols on sedols.scheme = 'sedol' and listed.sedol = sedols.value
),

venues as (
    select
        usable.key_id,
        coalesce(usable.mic, case when usable.country = 'US' then 'US' end) as mic,
        usable.ticker,
        usable.row_count
    from usable
    where usable.ticker is not null
),

tickers as (
    select
        ingest.ticker_key(venues.mic, venues.ticker) as ticker_key,
        max_by(
            venues.mic || ':' || venues.ticker,
            (venues.row_count, length(venues.ticker), venues.mic || ':' || venues.ticker)
        ) as security_id
    from venues
    where venues.mic is not null
    group by ingest.ticker_key(venues.mic, venues.ticker)
),

named as (
    select
        usable.*,
        coalesce(
            paired_cusips.isin,
            usable.valid_isin,
            usable.formed_isin,
            paired_figis.isin,
            paired_sedols.isin,
            tickers.security_id,
            'CUSIP:' || usable.valid_cusip,
            'FIGI:' || usable.valid_figi,
            'SEDOL:' || usable.valid_sedol
        ) as proposed_id
    from usable
    left join paired as paired_cusips
        on paired_cusips.scheme = 'cusip' and usable.valid_cusip = paired_cusips.value
    left join paired as paired_figis
        on paired_figis.scheme = 'figi' and usable.valid_figi = paired_figis.value
    left join paired as paired_sedols
        on paired_sedols.scheme = 'sedol' and usable.valid_sedol = paired_sedols.value
    left join venues on usable.key_id = venues.key_id
    left join tickers on ingest.ticker_key(venues.mic, venues.ticker) = tickers.ticker_key
),

proposed_known as (
    select
        known.value,
        min(known.security_id) as security_id
    from known
    where known.scheme = 'isin' and known.valid_to_on is null
    group by known.value
)

select
    named.key_id,
    named.as_of_on,
    named.valid_cusip as cusip,
    named.valid_isin as isin,
    named.valid_figi as figi,
    named.valid_sedol as sedol,
    named.lei,
    named.ticker,
    named.mic,
    named.country,
    named.currency,
    named.title,
    named.issuer_name,
    named.row_count,
    named.shares,
    named.market_value_usd,
    coalesce(
        case
            when
                matched.matched_by = 'ticker+mic'
                and matched.security_id like '%:%'
                and named.proposed_id not like '%:%'
                and split_part(trim(ingest.name_key(named.issuer_name)), ' ', 1)
                = split_part(trim(ingest.name_key(listings.security_name)), ' ', 1)
                then coalesce(proposed_known.security_id, named.proposed_id)
        end,
        matched.security_id,
        proposed_known.security_id,
        named.proposed_id
    ) as security_id,
    coalesce(
        matched.matched_by,
        case when proposed_known.security_id is not null then 'isin' end,
        case when securities.security_id is not null then 'security_id' end
    ) as matched_by,
    coalesce(matched.is_contradictory, false) as is_contradictory
from named
left join matched on named.key_id = matched.key_id
left join proposed_known on named.proposed_id = proposed_known.value
left join securities on named.proposed_id = securities.security_id
left join securities as listings on matched.security_id = listings.security_id
