-- No weight makes a fund hold more than the company is worth, and none lies far from the company's
-- value over that of the index, or above what the funds of the index hold: 0.1 meant as 0.1 % does.
-- says: weights are far too large for the company (percent instead of a fraction?)
-- severity: refuse
-- scope: question
-- remedy: Give weights as fractions (0.1 % is 0.001); check the index market value.

with

fund_weights as (
    select * from staging.fund_weights
),

net_assets_selected as (
    select * from intermediate.net_assets_selected
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

indices as (
    select * from staging.indices
),

price_overrides as (
    select * from scenario.price_overrides
),

densities as (
    select * from intermediate.densities
),

funds as (
    select * from staging.funds
),

prices_selected as (
    select * from intermediate.prices_selected
),

-- a price of the user's own says nothing of the weights
market_values as (
    select *
    from marts.market_values
    where security_id not in (select security_id from price_overrides)
),

-- what a fund of the index holds of the security, as a weight at the price of the as-of day
held as (
    select
        densities.index_id,
        densities.security_id,
        densities.origin_id,
        densities.density_shares / 1e6 * prices_selected.close_usd as weight_ratio
    from densities
    inner join prices_selected on densities.security_id = prices_selected.security_id
    where
        densities.origin_id not in ('weight', 'yours')
        and densities.security_id not in (select security_id from price_overrides)
),

-- share counts of small companies may grow tenfold between two reports; a percentage is a hundred
compared as (
    select
        memberships_selected.index_id as holder,
        memberships_selected.security_id,
        memberships_selected.weight_ratio,
        max(held.weight_ratio) as held_ratio
    from memberships_selected
    inner join held
        on
            memberships_selected.index_id = held.index_id
            and memberships_selected.security_id = held.security_id
    group by
        memberships_selected.index_id, memberships_selected.security_id,
        memberships_selected.weight_ratio
    union all
    select
        concat_ws(' ', fund_weights.fund_id, fund_weights.as_of_on) as holder,
        fund_weights.security_id,
        fund_weights.weight_ratio,
        max(held.weight_ratio) as held_ratio
    from fund_weights
    inner join funds on fund_weights.fund_id = funds.fund_id
    inner join held
        on
            funds.index_id = held.index_id
            and fund_weights.security_id = held.security_id
            and fund_weights.fund_id <> held.origin_id
    group by
        fund_weights.fund_id, fund_weights.as_of_on, fund_weights.security_id,
        fund_weights.weight_ratio
)

select
    concat_ws(' ', fund_weights.fund_id, fund_weights.as_of_on, market_values.ticker) as subject,
    concat_ws(
        ' ', 'weight', fund_weights.weight_ratio, 'of', net_assets_selected.net_assets_usd,
        'USD is more than the company,', market_values.market_value_usd
    ) as fact
from fund_weights
inner join net_assets_selected on fund_weights.fund_id = net_assets_selected.fund_id
inner join market_values on fund_weights.security_id = market_values.security_id
where
    fund_weights.weight_ratio * net_assets_selected.net_assets_usd > 2 * market_values.market_value_usd
union all
select
    concat_ws(' ', memberships_selected.index_id, market_values.ticker) as subject,
    concat_ws(
        ' ', 'weight', memberships_selected.weight_ratio, 'where the company is',
        market_values.market_value_usd / indices.index_market_cap_usd, 'of the index'
    ) as fact
from memberships_selected
inner join indices on memberships_selected.index_id = indices.index_id
inner join market_values on memberships_selected.security_id = market_values.security_id
where
    indices.cap_ratio is null
    and memberships_selected.weight_ratio
    > 20 * market_values.market_value_usd / nullif(indices.index_market_cap_usd, 0)
union all
select
    concat_ws(' ', compared.holder, market_values.ticker) as subject,
    concat_ws(
        ' ', 'weight', compared.weight_ratio, 'where funds of the index hold', compared.held_ratio
    ) as fact
from compared
inner join market_values on compared.security_id = market_values.security_id
where compared.weight_ratio >= 1e-4 and compared.weight_ratio > 50 * compared.held_ratio
