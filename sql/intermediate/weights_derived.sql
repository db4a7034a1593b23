-- The weights of an index as the newest whole report of a fund that tracks it gives them: the value
-- of each position over that of all. A report is whole where it lists all positions and their values
-- come to the fund's net assets of its day, but for a tenth (cash and what is no share); where these
-- are not known, where it was read from a file.
-- grain: index_id, security_id
-- units: weight_ratio in a ratio (0-1); weights_on the day of the report

with

indices_held as (
    select * from intermediate.memberships_selected
),

reports_visible as (
    select * from intermediate.reports_visible
),

funds as (
    select * from staging.funds
),

fund_reports as (
    select * from staging.fund_reports
),

fund_net_assets as (
    select * from staging.fund_net_assets
),

book as (
    select * from scenario.book
),

asked as (
    select indices_held.index_id from indices_held
    union
    select book.index_id from book
),

sized as (
    select
        funds.index_id,
        funds.fund_id,
        funds.fund_name,
        reports_visible.as_of_on,
        fund_net_assets.net_assets_usd
    from asked
    inner join funds on asked.index_id = funds.index_id
    inner join reports_visible on funds.fund_id = reports_visible.fund_id
    inner join fund_reports
        on
            funds.fund_id = fund_reports.fund_id
            and reports_visible.as_of_on = fund_reports.as_of_on
    left join fund_net_assets
        on
            funds.fund_id = fund_net_assets.fund_id
            and reports_visible.as_of_on = fund_net_assets.as_of_on
    where
        reports_visible.holdings_scope = 'full'
        and (fund_net_assets.net_assets_usd > 0 or fund_reports.file_digest is not null)
),

-- few reports of few days: what else the lake holds is not read
positions as (
    select
        holdings_stated.fund_id,
        holdings_stated.as_of_on,
        holdings_stated.security_id,
        holdings_stated.market_value_usd
    from staging.holdings_stated
    where
        holdings_stated.as_of_on in (select sized.as_of_on from sized)
        and holdings_stated.fund_id in (select sized.fund_id from sized)
),

summed as (
    select
        sized.index_id,
        sized.fund_id,
        sized.fund_name,
        sized.as_of_on,
        sum(positions.market_value_usd) as positions_usd,
        row_number() over (
            partition by sized.index_id order by sized.as_of_on desc, sized.fund_id
        ) as newest_rank
    from sized
    inner join positions
        on sized.fund_id = positions.fund_id and sized.as_of_on = positions.as_of_on
    group by
        sized.index_id, sized.fund_id, sized.fund_name, sized.as_of_on, sized.net_assets_usd
    having
        sum(positions.market_value_usd) > 0
        and count(*) = count(positions.market_value_usd)
        and coalesce(sum(positions.market_value_usd) >= 0.9 * sized.net_assets_usd, true)
        and coalesce(sum(positions.market_value_usd) <= 1.1 * sized.net_assets_usd, true)
)

select
    summed.index_id,
    positions.security_id,
    positions.market_value_usd / summed.positions_usd as weight_ratio,
    summed.fund_id as weights_fund_id,
    summed.fund_name as weights_fund_name,
    summed.as_of_on as weights_on
from summed
inner join positions
    on summed.fund_id = positions.fund_id and summed.as_of_on = positions.as_of_on
where summed.newest_rank = 1 and positions.market_value_usd > 0
