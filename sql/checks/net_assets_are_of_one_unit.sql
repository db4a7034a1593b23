-- No net assets of a fund, from a million dollars on, lie below a hundredth of what they are within
-- a year.
-- says: net assets of a fund are far smaller than within a year of that day (wrong unit?)
-- severity: warn
-- scope: question
-- remedy: Give the net assets in US dollars, not in thousands or millions.

with

net_assets_compared as (
    select * from intermediate.net_assets_compared
)

select
    net_assets_compared.fund_id as subject,
    concat_ws(
        ' ', net_assets_compared.as_of_on, 'has', net_assets_compared.net_assets_usd,
        'USD, within a year', net_assets_compared.largest_net_assets_usd
    ) as fact
from net_assets_compared
where
    net_assets_compared.net_assets_usd >= 1e6
    and net_assets_compared.net_assets_usd * 100 < net_assets_compared.largest_net_assets_usd
