-- Securities whose row in a full report could not be read: named by an identifier, else by a name
-- that a security of the dataset bears. They are not known and not sold.
-- grain: report_id, security_id
-- units: none
-- kind: table

with

reports as (
    select * from ingest.reports_taken
),

resolved as (
    select * from ingest.identifiers_resolved
),

securities as (
    select
        securities.security_id,
        securities.security_name
    from data.securities as securities
    union
    select
        created.security_id,
        created.security_name
    from ingest.securities_created as created
),

refused as (
    select
        positions.report_id,
        positions.issuer_name,
        positions.title,
        positions.refusal as reason,
        positions.refused_value as stated,
        positions.unread_key_id as key_id
    from parsed.positions as positions
    where positions.unread_key_id is not null
    union all
    select
        keyed.report_id,
        keyed.issuer_name,
        keyed.title,
        'no_usable_identifier' as reason,
        cast(keyed.shares as varchar) as stated,
        keyed.key_id
    from ingest.positions_keyed as keyed
    inner join resolved on keyed.key_id = resolved.key_id
    where resolved.security_id is null
),

by_identifier as (
    select
        refused.report_id,
        securities.security_id,
        refused.reason,
        refused.stated
    from refused
    inner join resolved on refused.key_id = resolved.key_id
    inner join securities on resolved.security_id = securities.security_id
),

named as (
    select
        ingest.name_key(securities.security_name) as name_key,
        securities.security_id
    from securities
),

-- one row a name, so that they meet as equals: a choice of two would compare every row with every
-- security
refused_names as (
    select
        refused.report_id,
        refused.reason,
        refused.stated,
        unnest(
            [ingest.name_key(refused.issuer_name), ingest.name_key(refused.title)]
        ) as name_key
    from refused
    inner join resolved on refused.key_id = resolved.key_id
    where resolved.security_id is null
),

by_name as (
    select
        refused_names.report_id,
        named.security_id,
        refused_names.reason,
        refused_names.stated
    from refused_names
    inner join named on refused_names.name_key = named.name_key
),

unread as (
    select * from by_identifier
    union all
    select * from by_name
)

select
    unread.report_id,
    reports.fund_id,
    reports.as_of_on,
    unread.security_id,
    min(unread.reason) as reason,
    min(left(unread.stated, 80)) as stated,
    reports.basis,
    reports.source
from unread
inner join reports on unread.report_id = reports.report_id
where reports.holder = 'fund' and reports.holdings_scope = 'full'
group by
    unread.report_id, reports.fund_id, reports.as_of_on, unread.security_id, reports.basis,
    reports.source
