-- Keys that are given up, each with the key that stands for the security from now on: the last of a
-- chain. A pair of which one report holds both is two securities, whatever their names say.
-- grain: security_id
-- units: none
-- kind: table

with

held as (
    select distinct
        positions.report_id,
        proposed.security_id
    from ingest.positions_keyed as positions
    inner join ingest.identifiers_proposed as proposed on positions.key_id = proposed.key_id
    where
        proposed.security_id in (
            select paired.security_id
            from ingest.securities_paired as paired
            union all
            select paired.kept_id
            from ingest.securities_paired as paired
        )
),

held_both as (
    select distinct
        paired.security_id,
        paired.kept_id
    from ingest.securities_paired as paired
    inner join held as one on paired.security_id = one.security_id
    inner join held as other
        on paired.kept_id = other.security_id and one.report_id = other.report_id
    union
    select
        kept_apart.security_id,
        kept_apart.kept_id
    from ingest.securities_kept_apart as kept_apart
),

pairs as (
    select paired.*
    from ingest.securities_paired as paired
    anti join held_both
        on
            paired.security_id = held_both.security_id
            and paired.kept_id = held_both.kept_id
)

select
    pairs.security_id,
    coalesce(third.kept_id, second.kept_id, pairs.kept_id) as kept_id,
    pairs.settled_by
from pairs
left join pairs as second on pairs.kept_id = second.security_id
left join pairs as third on second.kept_id = third.security_id
