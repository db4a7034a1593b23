-- Two funds of one index hold a security in parts of their net assets that differ by less than half,
-- beyond what the days between positions and net assets may do.
-- says: funds of one index hold a security in very different parts of their net assets
-- severity: warn
-- scope: question
-- remedy: Give the net assets of the whole fund, all share classes, of the day of its positions.

with

densities as (
    select * from intermediate.densities
),

ends as (
    select
        densities.index_id,
        densities.security_id,
        min_by(densities.origin_id, densities.density_shares) as low_id,
        max_by(densities.origin_id, densities.density_shares) as high_id,
        min(densities.density_shares) as low_shares,
        max(densities.density_shares) as high_shares,
        sum(densities.own_error_ratio) as error_ratio
    from densities
    where densities.net_assets_usd is not null and densities.density_shares > 0
    group by densities.index_id, densities.security_id
)

select
    ends.index_id as subject,
    concat_ws(
        ' ', ends.high_id, 'holds', round(ends.high_shares / ends.low_shares, 2), 'times as many of',
        ends.security_id, 'a dollar as', ends.low_id
    ) as fact
from ends
where ends.high_shares / ends.low_shares > 1.5 + ends.error_ratio
