-- Manager-level positions. A filing of new holdings adds to what is known, once; any other
-- replaces it. Whether a manager is mainly passive is what the dataset says of it, else not.
-- grain: manager_id, as_of_on, security_id
-- units: shares in shares
-- kind: table

with

known as (
    select * from data.manager_holdings
),

heavy as (
    select
        known.manager_id,
        bool_or(known.is_index_heavy) as is_index_heavy
    from known
    group by known.manager_id
),

stated as (
    select
        holdings.fund_id as manager_id,
        holdings.as_of_on,
        holdings.security_id,
        sum(holdings.shares) as shares,
        string_agg(holdings.source, '; ' order by holdings.source) as source,
        bool_and(reports.is_addition) as is_addition
    from ingest.holdings_reported as holdings
    inner join ingest.reports_taken as reports on holdings.report_id = reports.report_id
    where holdings.holder = 'manager'
    group by holdings.fund_id, holdings.as_of_on, holdings.security_id
)

select
    stated.manager_id,
    stated.as_of_on,
    stated.security_id,
    case
        when not stated.is_addition or known.shares is null then stated.shares
        when known.source like '%' || stated.source || '%' then known.shares
        else known.shares + stated.shares
    end as shares,
    coalesce(heavy.is_index_heavy, false) as is_index_heavy,
    'reported' as basis,
    case
        when not stated.is_addition or known.shares is null then stated.source
        when known.source like '%' || stated.source || '%' then known.source
        else known.source || '; ' || stated.source
    end as source
from stated
left join known
    on
        stated.manager_id = known.manager_id
        and stated.as_of_on = known.as_of_on
        and stated.security_id = known.security_id
left join heavy on stated.manager_id = heavy.manager_id
