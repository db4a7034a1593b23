-- Digital assets and balance sheets of issuers. A row covers all coins of its issuer unless
-- partial_treasuries names it as one coin of several.
-- grain: issuer_id, as_of_on, coin
-- units: units in coins; the rest in US dollars
select
    treasuries.issuer_id,
    treasuries.as_of_on,
    treasuries.coin,
    treasuries.units,
    treasuries.digital_assets_usd,
    treasuries.total_assets_usd,
    treasuries.cash_usd,
    treasuries.debt_usd,
    treasuries.preferred_usd,
    treasuries.published_on,
    treasuries.accounting,
    partial_treasuries.issuer_id is null as is_issuer_total,
    treasuries.indirect_digital_assets_usd,
    treasuries.indirect_holding_kind,
    treasuries.basis,
    treasuries.source
from sources.treasuries
left join sources.partial_treasuries
    on
        treasuries.issuer_id = partial_treasuries.issuer_id
        and treasuries.as_of_on = partial_treasuries.as_of_on
        and treasuries.coin = partial_treasuries.coin
