-- Every weight and tracking ratio lies between 0 and 1 (5 % is 0.05).
-- says: weights or ratios lie outside 0 to 1 (percent instead of a fraction?)
-- severity: refuse
-- scope: question
-- remedy: Divide percentages by 100 at their source.

with

measured as (
    select
        'index_memberships.weight_ratio' as column_name,
        concat_ws(' ', index_memberships.index_id, index_memberships.security_id) as key_text,
        index_memberships.weight_ratio as measure
    from staging.index_memberships
    union all
    select
        'index_memberships.inclusion_factor' as column_name,
        concat_ws(' ', index_memberships.index_id, index_memberships.security_id) as key_text,
        index_memberships.inclusion_factor as measure
    from staging.index_memberships
    union all
    select
        'indices.cap_ratio' as column_name,
        indices.index_id as key_text,
        indices.cap_ratio as measure
    from staging.indices
    union all
    select
        'tracking_ratios.tracking_ratio' as column_name,
        concat_ws(' ', tracking_ratios.provider_id, tracking_ratios.applies_to_id) as key_text,
        tracking_ratios.tracking_ratio as measure
    from staging.tracking_ratios
    union all
    select
        'fund_weights.weight_ratio' as column_name,
        concat_ws(' ', fund_weights.fund_id, fund_weights.security_id) as key_text,
        fund_weights.weight_ratio as measure
    from staging.fund_weights
)

select
    measured.column_name as subject,
    concat_ws(' ', measured.key_text, 'is', measured.measure) as fact
from measured
where isnan(measured.measure) or measured.measure < 0 or measured.measure > 1
