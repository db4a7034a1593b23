-- Positions of which only the weight is known.
-- grain: fund_id, as_of_on, security_id
-- units: weight_ratio 0-1 of net assets, with the decimals the source printed
select
    fund_id,
    as_of_on,
    security_id,
    weight_ratio,
    basis,
    source
from sources.fund_holdings
where shares is null
