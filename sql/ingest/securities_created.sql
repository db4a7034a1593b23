-- Securities that the dataset lacks, as the positions describe them. What the file does not say
-- is said to be unknown: a ticker stands as the security_id, country ZZ and currency XXX are the
-- ISO codes for "none".
-- grain: security_id
-- units: shares_outstanding and float_shares in shares
-- kind: table

with

resolved as (
    select * from ingest.identifiers_resolved
),

securities as (
    select * from data.securities
),

owners as (
    select
        identifiers.value as lei,
        min(securities.issuer_id) as issuer_id
    from data.security_identifiers as identifiers
    inner join securities on identifiers.security_id = securities.security_id
    where identifiers.scheme = 'lei'
    group by identifiers.value
),

described as (
    select
        resolved.security_id,
        min(resolved.ticker) as ticker,
        max_by(resolved.title, (resolved.row_count, resolved.title)) as title,
        max_by(resolved.issuer_name, (resolved.row_count, resolved.issuer_name)) as issuer_name,
        min(resolved.lei) as lei,
        min(resolved.cusip) as cusip,
        max_by(resolved.country, (resolved.row_count, resolved.country)) as country,
        max_by(resolved.currency, (resolved.row_count, resolved.currency)) as currency
    from resolved
    where resolved.security_id is not null and resolved.row_count > 0
    group by resolved.security_id
)

select
    described.security_id,
    coalesce(described.ticker, described.security_id) as ticker,
    coalesce(
        case
            when
                lower(split_part(described.title, ' ', 1))
                = lower(split_part(described.issuer_name, ' ', 1))
                then described.title
        end,
        nullif(concat_ws(' ', described.issuer_name, described.title), ''),
        described.security_id
    ) as security_name,
    coalesce(
        owners.issuer_id,
        'lei:' || described.lei,
        'cusip:' || substr(described.cusip, 1, 6),
        described.security_id
    ) as issuer_id,
    coalesce(nullif(
        regexp_extract(upper(described.title), '\bCL(ASS)?\.? ?([A-Z])\b', 2), ''
    ), 'common') as share_class,
    coalesce(
        described.country,
        case
            when length(described.security_id) = 12 then substr(described.security_id, 1, 2)
        end,
        'ZZ'
    ) as country,
    coalesce(described.currency, 'XXX') as currency,
    'inferred' as basis,
    (select origins.source from ingest.origins) as source
from described
left join securities on described.security_id = securities.security_id
left join owners on described.lei = owners.lei
where securities.security_id is null
