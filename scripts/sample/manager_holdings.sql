-- Positions of whole managers (13F and 13G), each by its SEC filer number. Which are index-heavy is
-- the judgement of the compiler of the facts.
-- grain: manager_id, as_of_on, security_id
-- units: shares
select
    cik as manager_id,
    as_of_on,
    security_id,
    manager_name,
    shares,
    manager_name in (
        'BlackRock',
        'Charles Schwab Investment Management',
        'Geode Capital Management',
        'Legal & General',
        'Northern Trust',
        'State Street',
        'Vanguard Group'
    ) as is_index_heavy,
    basis,
    source
from sources.manager_holdings
