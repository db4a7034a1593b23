-- Closing prices in dollars: another currency takes the newest rate of its day or before.
-- grain: security_id, priced_on
-- units: close_usd in US dollars a share; volume_shares in shares
with

rates as (
    select
        currency,
        priced_on,
        usd_per_unit,
        ' ; in dollars by ' || source || ', ' || priced_on as conversion
    from sources.fx_rates
    union all
    select
        'USD' as currency,
        '0001-01-01' as priced_on,
        '1' as usd_per_unit,
        '' as conversion
)

select
    prices.security_id,
    prices.priced_on,
    cast(prices.close as double) * cast(rates.usd_per_unit as double) as close_usd,
    prices.volume_shares,
    case when prices.currency = 'USD' then prices.basis else 'derived' end as basis,
    prices.source || rates.conversion as source
from sources.prices
asof left join rates
    on prices.currency = rates.currency and prices.priced_on >= rates.priced_on
