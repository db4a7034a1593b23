-- Prices read in US dollars, or in a currency nobody states, under the security or coin they belong
-- to: by the name as written, else by its ticker without leading zeros and marks of a class.
-- grain: kind, security_id, file_name, row_number
-- units: close in US dollars a share as the file has it; volume_shares in shares as the file has it
-- kind: table

with

prices as (
    select * from parsed.prices
),

names as (
    select * from ingest.names_known
),

stated as (
    select distinct
        prices.security,
        prices.mic,
        coalesce(prices.mic || ':', '') || prices.security as name,
        case
            when prices.mic is not null then ingest.ticker_key(prices.mic, prices.security)
            else split_part(ingest.ticker_key('US', prices.security), ':', 2)
        end as key
    from prices
),

ranked as (
    select
        stated.security,
        stated.mic,
        names.kind,
        names.security_id,
        rank() over (
            partition by stated.security, stated.mic, names.kind
            order by case when names.name = stated.name then 1 else 2 end
        ) as preference_rank
    from stated
    inner join names on names.name in (stated.name, stated.key)
),

owners as (
    select distinct
        ranked.security,
        ranked.mic,
        ranked.kind,
        ranked.security_id
    from ranked
    where ranked.preference_rank = 1
)

select
    owners.kind,
    owners.security_id,
    prices.security,
    prices.priced_on,
    prices.row_number,
    prices.file_name,
    prices.close,
    prices.volume_shares,
    prices.currency is not null as is_currency_stated
from prices
inner join owners
    on prices.security = owners.security and prices.mic is not distinct from owners.mic
where coalesce(prices.currency, 'USD') = 'USD' and prices.close > 0
