-- Each coin of an issuer has one row a day, each coin one price a day, and the rows of one balance
-- sheet give the same total assets.
-- says: balance sheets or coin prices contradict themselves
-- severity: refuse
-- scope: screen
-- remedy: Keep one row a coin and day, and one total of assets a balance sheet.

select
    concat_ws(' ', treasuries.issuer_id, treasuries.as_of_on, treasuries.coin) as subject,
    concat_ws(' ', count(*), 'rows') as fact
from staging.treasuries
group by treasuries.issuer_id, treasuries.as_of_on, treasuries.coin
having count(*) > 1
union all
select
    concat_ws(' ', treasuries.issuer_id, treasuries.as_of_on) as subject,
    concat_ws(
        ' ', 'total assets from', min(treasuries.total_assets_usd), 'to',
        max(treasuries.total_assets_usd)
    ) as fact
from staging.treasuries
group by treasuries.issuer_id, treasuries.as_of_on
having min(treasuries.total_assets_usd) < max(treasuries.total_assets_usd)
union all
select
    concat_ws(' ', treasuries.issuer_id, treasuries.as_of_on) as subject,
    concat_ws(' ', count(*), 'rows that each cover all coins') as fact
from staging.treasuries
where treasuries.is_issuer_total
group by treasuries.issuer_id, treasuries.as_of_on
having count(*) > 1
union all
select
    concat_ws(' ', coin_prices.coin, coin_prices.priced_on) as subject,
    concat_ws(' ', count(*), 'prices') as fact
from staging.coin_prices
group by coin_prices.coin, coin_prices.priced_on
having count(*) > 1
