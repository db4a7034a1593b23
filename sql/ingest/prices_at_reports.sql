-- The close of each priced security on each report day or up to seven days before (a month may end
-- on a Sunday), on the share count of that day: prices are split-adjusted, positions are not.
-- grain: security_id, as_of_on
-- units: close_usd in US dollars a share of the report day
-- kind: table

with

days as (
    select distinct reports_taken.as_of_on
    from ingest.reports_taken as reports_taken
),

prices as (
    select * from data.prices
),

splits as (
    select * from data.splits
),

newest as (
    select
        prices.security_id,
        days.as_of_on,
        max_by(prices.close_usd, prices.priced_on) as close_usd
    from days
    inner join prices
        on
            days.as_of_on >= prices.priced_on
            and days.as_of_on < prices.priced_on + interval 8 day
    group by prices.security_id, days.as_of_on
)

select
    newest.security_id,
    newest.as_of_on,
    newest.close_usd * coalesce(product(splits.split_ratio), 1) as close_usd
from newest
left join splits
    on newest.security_id = splits.security_id and newest.as_of_on < splits.effective_on
group by newest.security_id, newest.as_of_on, newest.close_usd
