-- Positions of whole managers (13F and 13G), each by its SEC filer number. Which are index-heavy is
-- the judgement of the compiler of the facts. Since 2026 Vanguard files under two numbers, which
-- are summed into its old one: the newest row of a manager then holds all of it, once.
-- grain: manager_id, as_of_on, security_id
-- units: shares
with

filed as (
    select
        manager_holdings.*,
        case when starts_with(manager_name, 'Vanguard') then '0000102909' else cik end
            as manager_id,
        case when starts_with(manager_name, 'Vanguard') then 'Vanguard Group' else manager_name end
            as name
    from sources.manager_holdings
)

select
    manager_id,
    as_of_on,
    security_id,
    min(name) as manager_name,
    sum(cast(shares as double)) as shares,
    min(name) in (
        'BlackRock',
        'Charles Schwab Investment Management',
        'Geode Capital Management',
        'Legal & General',
        'Northern Trust',
        'State Street',
        'Vanguard Group'
    ) as is_index_heavy,
    case when count(*) > 1 then 'derived' else min(basis) end as basis,
    string_agg(distinct source, ' ; ' order by source) as source
from filed
group by manager_id, as_of_on, security_id
