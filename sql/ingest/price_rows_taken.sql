-- The rows of price files that are taken.
-- grain: none; a row of a file a row
-- units: close in the file's currency

select prices.*
from parsed.prices as prices
semi join ingest.prices_taken as taken
    on prices.priced_on = taken.priced_on and prices.security = taken.stated_as
