-- The days a fund's positions were read with share counts. The facts keep only securities in
-- question, so each report is an excerpt. Its basis is the most cautious of its rows.
-- grain: fund_id, as_of_on
-- units: none
select
    fund_id,
    as_of_on,
    'excerpt' as holdings_scope,
    null as published_on,
    null as file_digest,
    null as matched_row_ratio,
    null as matched_value_ratio,
    max_by(
        basis,
        list_position(['reported', 'derived', 'inferred', 'calibrated', 'illustrative'], basis)
    ) as basis,
    string_agg(distinct source, ' ; ' order by source) as source
from sources.fund_holdings
where shares is not null
group by fund_id, as_of_on
