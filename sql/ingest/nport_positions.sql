-- The positions of one N-PORT source, each of one kind. Shares demanded are ASSET_CAT EC, payoff
-- Long, unit NS; the words that tell a security apart are carried only where they are needed.
-- grain: row_number
-- units: shares in shares; market_value_usd in US dollars (CURRENCY_VALUE always is, whatever the
--   EXCHANGE_RATE); weight_ratio 0-1 of net assets
-- kind: view

with

holdings as (
    select * from nport.holdings
),

isins as (
    select * from nport.isins
),

identifiers as (
    select * from nport.identifiers
),

reports as (
    select * from ingest.nport_numbered
),

sorted_out as (
    select
        holdings.accession_number,
        holdings.holding_id,
        case
            when not regexp_matches(holdings.holding_id, '[^0-9]')
                then try_cast(holdings.holding_id as bigint)
        end as row_number,
        nport.number(holdings.balance) as shares,
        nport.number(holdings.currency_value) as market_value_usd,
        nport.number(holdings.percentage) / 100 as weight_ratio,
        holdings.issuer_name,
        holdings.issuer_title,
        holdings.issuer_lei,
        holdings.issuer_cusip,
        holdings.balance,
        holdings.unit,
        holdings.payoff_profile,
        holdings.investment_country,
        holdings.currency_code,
        case
            when holdings.derivative_cat is not null then 'derivative'
            when holdings.asset_cat like 'D%' and holdings.asset_cat != 'DBT' then 'derivative'
            when lower(holdings.payoff_profile) = 'short' then 'short'
            when holdings.asset_cat = 'EP' then 'preferred'
            when holdings.asset_cat = 'STIV' and holdings.unit = 'NS' then 'fund'
            when holdings.asset_cat in ('STIV', 'RA') then 'cash'
            when holdings.asset_cat in ('DBT', 'LON', 'SN') then 'debt'
            when holdings.asset_cat like 'ABS%' then 'debt'
            when holdings.asset_cat is null or holdings.asset_cat != 'EC' then 'other'
            when holdings.issuer_type in ('RF', 'PF') then 'fund'
            when
                regexp_matches(
                    lower(concat_ws(' ', holdings.issuer_name, holdings.issuer_title)),
                    '\b(etfs?|ucits|ishares|spdr|(index|mutual|liquidity|market) funds?)\b'
                )
                then 'fund'
            else 'equity'
        end as kind
    from holdings
),

named as (
    select
        sorted_out.*,
        sorted_out.kind = 'equity' as is_equity,
        sorted_out.kind in ('equity', 'fund') as is_named,
        case
            -- a spreadsheet robbed it of its leading zeros; its check digit is checked later
            when regexp_full_match(trim(sorted_out.issuer_cusip), '[0-9]{6,8}')
                then lpad(trim(sorted_out.issuer_cusip), 9, '0')
            else trim(sorted_out.issuer_cusip)
        end as stated_cusip
    from sorted_out
),

judged as (
    select
        coalesce(reports.report_id, -1) as report_id,
        reports.as_of_on,
        named.row_number,
        case when named.is_named then named.issuer_name end as issuer_name,
        case when named.is_equity then named.issuer_title end as title,
        case when named.is_equity then trim(isins.isin) end as isin,
        case
            when
                named.is_equity
                and length(named.stated_cusip) = 9
                and named.stated_cusip != '000000000'
                then named.stated_cusip
        end as cusip,
        case when named.is_equity then trim(identifiers.sedol) end as sedol,
        case when named.is_equity then trim(identifiers.figi) end as figi,
        case when named.is_equity then trim(named.issuer_lei) end as lei,
        case when named.is_equity then identifiers.listing[1] end as ticker,
        case when named.is_equity then identifiers.listing[2] end as mic,
        case when named.is_equity then named.investment_country end as country,
        case when named.is_equity then named.currency_code end as currency,
        named.kind,
        named.shares,
        named.market_value_usd,
        named.weight_ratio,
        case
            when reports.report_id is null then 'filing_not_in_SUBMISSION'
            when not named.is_equity then null
            when named.unit is null or named.unit != 'NS' then 'unit_is_not_shares'
            when named.payoff_profile is null then 'payoff_profile_missing'
            when named.shares is null then 'shares_not_a_number'
            when named.shares < 0 then 'negative_shares_of_a_long_position'
            when named.shares = 0 then 'no_shares'
        end as refusal,
        case
            when reports.report_id is null then named.accession_number
            when not named.is_equity then null
            when named.unit is null or named.unit != 'NS'
                then concat_ws(' ', named.balance, named.unit)
            when named.shares is null or named.shares <= 0 or named.payoff_profile is null
                then named.balance
        end as refused_value
    from named
    left join reports on named.accession_number = reports.accession
    left join isins
        on named.is_equity and named.holding_id = isins.holding_id
    left join identifiers
        on named.is_equity and named.holding_id = identifiers.holding_id
)

select
    judged.report_id,
    judged.row_number,
    judged.issuer_name,
    judged.title,
    judged.isin,
    judged.cusip,
    judged.sedol,
    judged.figi,
    judged.lei,
    judged.ticker,
    judged.mic,
    judged.country,
    judged.currency,
    judged.kind,
    judged.shares,
    judged.market_value_usd,
    judged.weight_ratio,
    judged.refusal,
    judged.refused_value,
    case
        when judged.kind = 'equity' and judged.refusal is null then ingest.key_of(
            judged.cusip, judged.isin, judged.figi, judged.sedol, judged.ticker, judged.mic,
            judged.country, judged.as_of_on, judged.lei, judged.title, judged.issuer_name
        )
    end as key_id,
    case
        when judged.kind = 'equity' and judged.refusal != 'no_shares' then ingest.key_of(
            judged.cusip, judged.isin, judged.figi, judged.sedol, judged.ticker, judged.mic,
            judged.country, judged.as_of_on, judged.lei, judged.title, judged.issuer_name
        )
    end as unread_key_id
from judged
