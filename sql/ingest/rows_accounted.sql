-- What became of every position read: each stands in exactly one of these, told apart by what the
-- tables say of it.
-- grain: one row
-- units: _count in positions

with

positions as (
    select * from parsed.positions
),

taken as (
    select * from ingest.reports_taken
),

-- a position taken names a security unless the way it does is one of these
nameless as (
    select resolved.key_id
    from ingest.identifiers_resolved as resolved
    where resolved.security_id is null
)

select
    count(*) filter (
        where
        taken.report_id is not null
        and positions.refusal is null
        and positions.kind = 'equity'
        and positions.key_id is not null
        and nameless.key_id is null
    ) as taken_count,
    count(*) filter (
        where
        taken.report_id is not null
        and positions.refusal is null
        and positions.kind != 'equity'
    ) as itemised_count,
    count(*) filter (where taken.report_id is null and positions.refusal is null)
        as set_aside_count
from positions
left join taken on positions.report_id = taken.report_id
left join nameless on positions.key_id = nameless.key_id
