-- Net assets that the reports taken state; a negative figure is none, and flagged.
-- grain: fund_id, as_of_on
-- units: net_assets_usd in US dollars

select
    reports.fund_id,
    reports.as_of_on,
    reports.net_assets_usd,
    reports.basis,
    reports.source
from ingest.reports_taken as reports
where reports.holder = 'fund' and reports.net_assets_usd >= 0
