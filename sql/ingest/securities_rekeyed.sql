-- The dataset's securities after keys were given up: a row given up fills what the one kept leaves
-- open, or takes its key where it has no row; a ticker that only the files read say is learnt.
-- grain: security_id
-- units: shares_outstanding, float_shares and unlisted_shares in shares
-- kind: table

with

merged as (
    select * from ingest.securities_merged
),

given_up as (
    select
        merged.kept_id,
        max(nullif(securities.ticker, securities.security_id)) as ticker,
        max(nullif(securities.country, 'ZZ')) as country,
        max(nullif(securities.currency, 'XXX')) as currency,
        max(securities.shares_outstanding) as shares_outstanding,
        max(securities.float_shares) as float_shares,
        max(securities.unlisted_shares) as unlisted_shares,
        max(securities.shares_on) as shares_on
    from data.securities as securities
    inner join merged on securities.security_id = merged.security_id
    group by merged.kept_id
),

stated as (
    select
        resolved.security_id,
        min(resolved.ticker) as ticker
    from ingest.identifiers_resolved as resolved
    where resolved.ticker is not null and resolved.row_count > 0
    group by resolved.security_id
),

kept as (
    select
        securities.* replace (
            coalesce(merged.kept_id, securities.security_id) as security_id
        ),
        merged.kept_id
    from data.securities as securities
    left join merged on securities.security_id = merged.security_id
    qualify row_number() over (
        partition by coalesce(merged.kept_id, securities.security_id)
        order by merged.kept_id nulls first, securities.security_id
    ) = 1
)

select
    kept.* exclude (kept_id) replace (
        case
            when kept.ticker = kept.security_id
                then coalesce(given_up.ticker, stated.ticker, kept.ticker)
            else kept.ticker
        end as ticker,
        case
            when kept.country = 'ZZ' then coalesce(given_up.country, kept.country) else kept.country
        end as country,
        case
            when kept.currency = 'XXX' then coalesce(given_up.currency, kept.currency)
            else kept.currency
        end as currency,
        coalesce(kept.shares_outstanding, given_up.shares_outstanding) as shares_outstanding,
        coalesce(kept.float_shares, given_up.float_shares) as float_shares,
        coalesce(kept.unlisted_shares, given_up.unlisted_shares) as unlisted_shares,
        coalesce(kept.shares_on, given_up.shares_on) as shares_on
    )
from kept
left join given_up on kept.security_id = given_up.kept_id
left join stated on kept.security_id = stated.security_id
