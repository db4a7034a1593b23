-- Net assets of whole funds, from the facts named fund_reports.
-- grain: fund_id, as_of_on
-- units: net_assets_usd in US dollars
select
    fund_id,
    as_of_on,
    net_assets_usd,
    basis,
    source
from sources.fund_reports
