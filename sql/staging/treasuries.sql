-- Digital assets and balance sheets of issuers.
-- grain: issuer_id, as_of_on, coin
-- units: units in coins; digital_assets_usd in US dollars; total_assets_usd in US dollars;
--   cash_usd in US dollars; debt_usd in US dollars; preferred_usd in US dollars;
--   indirect_digital_assets_usd in US dollars

with

treasuries as (
    select * from raw.treasuries
)

select
    treasuries.issuer_id,
    cast(treasuries.as_of_on as date) as as_of_on,
    treasuries.coin,
    cast(treasuries.units as double) as units,
    cast(treasuries.digital_assets_usd as double) as digital_assets_usd,
    cast(treasuries.total_assets_usd as double) as total_assets_usd,
    cast(treasuries.cash_usd as double) as cash_usd,
    cast(treasuries.debt_usd as double) as debt_usd,
    cast(treasuries.preferred_usd as double) as preferred_usd,
    cast(treasuries.published_on as date) as published_on,
    treasuries.accounting,
    cast(treasuries.is_issuer_total as boolean) as is_issuer_total,
    cast(treasuries.indirect_digital_assets_usd as double) as indirect_digital_assets_usd,
    treasuries.indirect_holding_kind,
    treasuries.basis,
    treasuries.source
from treasuries
