-- The reports of the N-PORT source being read, as rows of parsed.reports.
-- grain: report_id
-- units: net_assets_usd in US dollars
-- kind: view

with

numbered as (
    select * from ingest.nport_numbered
),

origin as (
    select * from ingest.origin
)

select
    numbered.report_id,
    'fund' as holder,
    false as is_addition,
    origin.file_name,
    origin.file_digest,
    numbered.accession,
    numbered.fund_id,
    numbered.fund_name,
    numbered.manager_name,
    'registered_fund' as vehicle,
    'US' as domicile,
    numbered.as_of_on,
    numbered.published_on,
    'full' as holdings_scope,
    numbered.is_amendment,
    numbered.net_assets_usd,
    'reported' as basis,
    'SEC Form ' || numbered.form || ', accession ' || numbered.accession || ', file '
    || origin.file_name as source,
    numbered.refusal,
    numbered.refused_value
from numbered
cross join origin
