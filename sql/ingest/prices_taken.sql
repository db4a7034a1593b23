-- Prices read, under the security or coin they belong to, split-adjusted: a series that ends before
-- a split, or that falls by its ratio on its day, is not yet adjusted for it.
-- grain: kind, security_id, priced_on
-- units: close_usd in US dollars a share (of today's count); volume_shares in shares of today's count
-- kind: table

with

prices as (
    select * from parsed.prices
),

named as (
    select
        securities.security_id as name,
        securities.security_id
    from data.securities as securities
    union
    select
        securities.ticker as name,
        securities.security_id
    from data.securities as securities
    union
    select
        identifiers.value as name,
        identifiers.security_id
    from data.security_identifiers as identifiers
    where identifiers.valid_to_on is null
),

coins as (
    select distinct
        coin_prices.coin as name,
        coin_prices.coin as security_id
    from data.coin_prices as coin_prices
),

owners as (
    select
        named.name,
        'security' as kind,
        min(named.security_id) as security_id
    from named
    group by named.name
    having count(*) = 1
    union all
    select
        coins.name,
        'coin' as kind,
        coins.security_id
    from coins
),

owned as (
    select
        prices.*,
        owners.kind,
        owners.security_id
    from prices
    inner join owners
        on owners.name = coalesce(prices.mic || ':', '') || prices.security
    where coalesce(prices.currency, 'USD') = 'USD' and prices.close > 0
),

around_splits as (
    select
        owned.security_id,
        splits.effective_on,
        splits.split_ratio,
        max_by(owned.close, owned.priced_on) filter (where owned.priced_on < splits.effective_on)
            as close_before,
        min_by(owned.close, owned.priced_on) filter (where owned.priced_on >= splits.effective_on)
            as close_after
    from owned
    inner join data.splits as splits on owned.security_id = splits.security_id
    group by owned.security_id, splits.effective_on, splits.split_ratio
),

unadjusted as (
    select
        around_splits.security_id,
        around_splits.effective_on,
        around_splits.split_ratio
    from around_splits
    where
        around_splits.close_before is not null
        and (
            around_splits.close_after is null
            or abs(ln(around_splits.close_before / around_splits.close_after))
            > abs(ln(around_splits.split_ratio)) / 2
        )
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
        coalesce(product(unadjusted.split_ratio), 1) as split_ratio
    from owned
    left join unadjusted
        on
            owned.kind = 'security'
            and owned.security_id = unadjusted.security_id
            and owned.priced_on < unadjusted.effective_on
    group by
        owned.kind, owned.security_id, owned.security, owned.priced_on, owned.row_number, owned.file_name,
        owned.close, owned.volume_shares
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
    'reported' as basis,
    max(adjusted.file_name) as source
from adjusted
group by adjusted.kind, adjusted.security_id, adjusted.priced_on
