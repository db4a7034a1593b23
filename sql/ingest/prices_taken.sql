-- Prices read, under the security or coin they belong to, split-adjusted where they were not.
-- grain: kind, security_id, priced_on
-- units: close_usd in US dollars a share (of today's count); volume_shares in shares of today's count
-- kind: table

with

owned as (
    select * from ingest.prices_owned
),

unadjusted as (
    select * from ingest.splits_read
    where splits_read.is_raw
),

adjusted as (
    select
        owned.kind,
        owned.security_id,
        owned.security,
        owned.priced_on,
        owned.row_number,
        owned.file_name,
        owned.close,
        owned.volume_shares,
        owned.is_currency_stated,
        coalesce(product(unadjusted.split_ratio), 1) as split_ratio
    from owned
    left join unadjusted
        on
            owned.kind = 'security'
            and owned.security_id = unadjusted.security_id
            and owned.priced_on < unadjusted.effective_on
    group by
        owned.kind, owned.security_id, owned.security, owned.priced_on, owned.row_number, owned.file_name,
        owned.close, owned.volume_shares, owned.is_currency_stated
)

select
    adjusted.kind,
    adjusted.security_id,
    adjusted.security_id as coin,
    adjusted.priced_on,
    max_by(adjusted.close / adjusted.split_ratio, (adjusted.file_name, adjusted.row_number))
        as close_usd,
    max_by(adjusted.volume_shares * adjusted.split_ratio, (adjusted.file_name, adjusted.row_number))
        as volume_shares,
    min(adjusted.security) as stated_as,
    bool_and(adjusted.is_currency_stated) as is_currency_stated,
    'reported' as basis,
    max(adjusted.file_name) as source
from adjusted
group by adjusted.kind, adjusted.security_id, adjusted.priced_on
