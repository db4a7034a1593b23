-- Passive selling of each security asked about if these providers delete it together.
-- An unknown provider is refused; the question's other settings (date, list, method) hold.
-- arguments: asked_provider_ids
-- grain: security_id
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day
-- example: select ticker, outflow_usd from scenario_of(['msci', 'nasdaq'])

with

indices as (
    select * from staging.indices
),

outflows_estimated as (
    select * from intermediate.outflows_estimated
),

securities_asked as (
    select * from intermediate.securities_asked
),

prices_selected as (
    select * from intermediate.prices_selected
),

known as (
    select list(distinct indices.provider_id order by indices.provider_id) as ids
    from indices
),

asked as (
    select
        unnest(
            case
                when asked_provider_ids is null or len(asked_provider_ids) = 0
                    then error('no provider is named; give a list such as [''msci'']')
                when not list_has_all(known.ids, asked_provider_ids)
                    then error(
                        'no index in the data belongs to provider '
                        || array_to_string(
                            list_filter(asked_provider_ids, lambda id: not list_contains(known.ids, id)),
                            ', '
                        )
                        || '; known: ' || array_to_string(known.ids, ', ')
                    )
                else list_distinct(asked_provider_ids)
            end
        ) as provider_id
    from known
)

select
    outflows_estimated.security_id,
    securities_asked.ticker,
    securities_asked.security_name,
    securities_asked.is_in_basket,
    sum(outflows_estimated.outflow_shares) as outflow_shares,
    sum(outflows_estimated.outflow_shares) * prices_selected.close_usd as outflow_usd,
    sum(outflows_estimated.observed_shares) as observed_outflow_shares,
    sum(outflows_estimated.observed_shares) * prices_selected.close_usd as observed_outflow_usd,
    prices_selected.close_usd,
    array_to_string(list(distinct outflows_estimated.method order by outflows_estimated.method), ', ')
        as methods
from asked
inner join outflows_estimated on asked.provider_id = outflows_estimated.provider_id
inner join securities_asked on outflows_estimated.security_id = securities_asked.security_id
inner join prices_selected on outflows_estimated.security_id = prices_selected.security_id
group by
    outflows_estimated.security_id,
    securities_asked.ticker,
    securities_asked.security_name,
    securities_asked.is_in_basket,
    securities_asked.position_id,
    prices_selected.close_usd
order by securities_asked.position_id
