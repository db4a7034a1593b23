-- Every pool rests on an index of which the data knows the positions of a fund or a weight.
-- says: pools rest on indices without any fund report or weight; they add nothing
-- severity: warn
-- scope: question
-- remedy: Ingest a report of a fund that tracks the density index, or name another index.

with

asset_pools as (
    select * from staging.asset_pools
),

funds as (
    select * from staging.funds
),

fund_reports as (
    select * from staging.fund_reports
),

index_memberships as (
    select * from staging.index_memberships
),

fund_weights as (
    select * from staging.fund_weights
),

read as (
    select funds.index_id
    from funds
    inner join fund_reports on funds.fund_id = fund_reports.fund_id
    union
    select funds.index_id
    from funds
    inner join fund_weights on funds.fund_id = fund_weights.fund_id
    union
    select index_memberships.index_id
    from index_memberships
    where index_memberships.weight_ratio > 0
)

select distinct
    asset_pools.pool_id as subject,
    concat_ws(' ', 'density index', asset_pools.density_index_id) as fact
from asset_pools
left join read on asset_pools.density_index_id = read.index_id
where read.index_id is null
