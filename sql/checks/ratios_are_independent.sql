-- No tracking ratio used was set to a published figure or split for illustration.
-- says: tracking ratios were set to a published figure or split for illustration
-- severity: note
-- scope: question
-- remedy: Agreement with the figure it was set to is not validation.

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
