-- The funds taken whose index nobody named, with the newest name as the name rules read
-- it (lower case, no marks) and the number of the rule it meets.
-- grain: fund_id
-- units: none
-- kind: table

with

newest as (
    select
        taken.fund_id,
        max_by(taken.fund_name, (taken.as_of_on, taken.report_id)) as fund_name
    from ingest.reports_taken as taken
    where taken.holder = 'fund' and taken.fund_name is not null
    group by taken.fund_id
),

unmarked as (
    select
        newest.fund_id,
        regexp_replace(
            regexp_replace(lower(newest.fund_name), '\((r|tm|sm)\)|[®™℠*_]', ' ', 'g'),
            '\bs ?& ?p\b', 's&p', 'g'
        ) as fund_name
    from newest
    left join ingest.index_funds as listed on newest.fund_id = listed.fund_id
    left join ingest.funds_settled as settled on newest.fund_id = settled.fund_id
    where listed.fund_id is null and settled.fund_id is null
),

named as (
    select
        unmarked.fund_id,
        trim(regexp_replace(
            regexp_replace(
                unmarked.fund_name, '\b(russell|achievers|400)(tm|sm)\b', '\1', 'g'
            ),
            '\s+', ' ', 'g'
        )) as fund_name
    from unmarked
)

select
    named.fund_id,
    named.fund_name,
    ingest.name_rule_of(named.fund_name) as rule_number
from named
