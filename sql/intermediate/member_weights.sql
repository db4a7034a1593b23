-- The weight of every member of the indices that hold a security asked about, or that a portfolio of
-- the book tracks: who buys what the leavers' proceeds pay for. The newest weights stated where those
-- of an index come to at least 95 %, else those derived from a tracker's whole report, else what is
-- stated.
-- grain: index_id, security_id
-- units: weight_ratio in a ratio (0-1); weights_on the day of the report they are derived from

with

assumptions as (
    select * from scenario.assumptions
),

index_memberships as (
    select * from staging.index_memberships
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

weights_derived as (
    select * from intermediate.weights_derived
),

asked as (
    select distinct memberships_selected.index_id
    from memberships_selected
),

stated as (
    select
        index_memberships.index_id,
        index_memberships.security_id,
        max_by(index_memberships.weight_ratio, index_memberships.as_of_on) as weight_ratio
    from index_memberships
    cross join assumptions
    inner join asked on index_memberships.index_id = asked.index_id
    where index_memberships.as_of_on <= assumptions.facts_until_on
    group by index_memberships.index_id, index_memberships.security_id
),

derived as (
    select distinct weights_derived.index_id
    from weights_derived
),

incomplete as (
    select stated.index_id
    from stated
    inner join derived on stated.index_id = derived.index_id
    group by stated.index_id
    having count(*) > count(stated.weight_ratio) or sum(stated.weight_ratio) < 0.95
),

complete as (
    select distinct stated.index_id
    from stated
    left join incomplete on stated.index_id = incomplete.index_id
    where incomplete.index_id is null
)

select
    stated.index_id,
    stated.security_id,
    stated.weight_ratio,
    cast(null as string) as weights_fund_id,
    cast(null as string) as weights_fund_name,
    cast(null as date) as weights_on
from stated
inner join complete on stated.index_id = complete.index_id
union all
select
    weights_derived.index_id,
    weights_derived.security_id,
    weights_derived.weight_ratio,
    weights_derived.weights_fund_id,
    weights_derived.weights_fund_name,
    weights_derived.weights_on
from weights_derived
left join complete on weights_derived.index_id = complete.index_id
where complete.index_id is null
