-- No tracking ratio used is calibrated or illustrative.
-- says: tracking ratios are calibrated to a published estimate or illustrative
-- severity: note
-- scope: question
-- remedy: Read the total as calibrated; the observed part is measured.

with

provider_outflows as (
    select * from marts.provider_outflows
)

select
    provider_outflows.ticker as subject,
    concat_ws(
        ' ', provider_outflows.provider_id, 'ratio', provider_outflows.tracking_ratio, 'is',
        provider_outflows.tracking_ratio_basis
    ) as fact
from provider_outflows
where
    provider_outflows.method = 'tracking-ratio'
    and provider_outflows.tracking_ratio_basis in ('calibrated', 'illustrative')
group by
    provider_outflows.ticker,
    provider_outflows.provider_id,
    provider_outflows.tracking_ratio,
    provider_outflows.tracking_ratio_basis
