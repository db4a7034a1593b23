-- Known funds whose index somebody named, or said that there is none: neither recognised before,
-- nor unknown.
-- grain: fund_id
-- units: none
-- kind: view

select
    funds.fund_id,
    funds.index_id
from data.funds as funds
left join data.index_matches as matches
    on funds.fund_id = matches.fund_id and funds.index_id = matches.index_id
where
    matches.fund_id is null
    and (funds.index_id is not null or funds.basis = 'reported')
