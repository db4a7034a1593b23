-- Every fund known to track an index has been read.
-- says: known trackers are not covered
-- severity: note
-- scope: dataset
-- remedy: Ingest a report of the funds named, the largest first; until then they are unknown.

with

fund_coverage as (
    select * from marts.fund_coverage
)

select
    concat_ws(' ', fund_coverage.provider_id, fund_coverage.fund_name) as subject,
    case
        when fund_coverage.net_assets_usd is null then 'size unknown'
        else concat_ws(' ', 'net assets', round(fund_coverage.net_assets_usd / 1e9, 1), 'bn USD')
    end as fact
from fund_coverage
where not fund_coverage.is_read
