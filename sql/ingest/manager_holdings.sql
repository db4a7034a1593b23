-- Manager-level positions on the days read: the newest original or restatement, which replaces
-- all before it, and the filings of new holdings after it (Form 13F, special instruction 3). What a
-- dataset holds without a filing counts as one older than all. Whether a manager is mainly passive is
-- what the dataset says of it, else not.
-- grain: manager_id, as_of_on, security_id
-- units: shares in shares
-- kind: table

with

fresh as (
    select * from ingest.manager_filings
),

touched as (
    select distinct
        fresh.manager_id,
        fresh.as_of_on
    from fresh
),

filed_before as (
    select filings.*
    from data.manager_filings as filings
    semi join touched
        on filings.manager_id = touched.manager_id and filings.as_of_on = touched.as_of_on
    anti join fresh
        on
            filings.manager_id = fresh.manager_id
            and filings.as_of_on = fresh.as_of_on
            and filings.accession = fresh.accession
),

unfiled as (
    select
        known.manager_id,
        known.as_of_on,
        '' as accession,
        cast(null as date) as filed_on,
        false as is_addition,
        known.security_id,
        known.shares,
        known.source
    from data.manager_holdings as known
    semi join touched
        on known.manager_id = touched.manager_id and known.as_of_on = touched.as_of_on
    anti join data.manager_filings as filings
        on known.manager_id = filings.manager_id and known.as_of_on = filings.as_of_on
),

filings as (
    select
        stated.*,
        (coalesce(stated.filed_on, date '0001-01-01'), stated.accession) as place
    from (
        select * from fresh
        union all by name
        select * from filed_before
        union all by name
        select * from unfiled
    ) as stated
),

bases as (
    select
        filings.manager_id,
        filings.as_of_on,
        max(filings.place) as place
    from filings
    where not filings.is_addition
    group by filings.manager_id, filings.as_of_on
),

heavy as (
    select
        known.manager_id,
        bool_or(known.is_index_heavy) as is_index_heavy
    from data.manager_holdings as known
    group by known.manager_id
)

select
    filings.manager_id,
    filings.as_of_on,
    filings.security_id,
    sum(filings.shares) as shares,
    coalesce(min(heavy.is_index_heavy), false) as is_index_heavy,
    'reported' as basis,
    string_agg(distinct filings.source, '; ' order by filings.source) as source
from filings
left join bases on filings.manager_id = bases.manager_id and filings.as_of_on = bases.as_of_on
left join heavy on filings.manager_id = heavy.manager_id
where
    bases.manager_id is null
    or filings.place = bases.place
    or (filings.is_addition and filings.place > bases.place)
group by filings.manager_id, filings.as_of_on, filings.security_id
