-- Manager-level (13F) holdings, active assets included: a cross-check of the outflow of all
-- providers, neither a lower nor an upper bound and never summed into it. Mainly passive managers,
-- with the covered funds of managers that are not among them; other managers apart. Rows known at the
-- as-of date and rows of later dates stand apart as 'known' and 'later'.
-- grain: security_id, vintage
-- units: _usd in US dollars at the price of the as-of day; _shares in shares of the as-of day,
--   reported ones as filed, the others scaled to the share count of the as-of day
-- example: select vintage, crosscheck_shares, crosscheck_usd from marts.manager_crosscheck

with

managers_selected as (
    select * from intermediate.managers_selected
),

securities_asked as (
    select * from intermediate.securities_asked
),

holdings_of_trackers as (
    select * from intermediate.holdings_of_trackers
),

prices_selected as (
    select * from intermediate.prices_selected
),

summed as (
    select
        managers_selected.security_id,
        managers_selected.vintage,
        count(*) filter (where managers_selected.is_index_heavy) as index_heavy_count,
        count(*) filter (
            where managers_selected.is_index_heavy and managers_selected.scale_ratio is null
        ) as unscaled_count,
        min(managers_selected.as_of_on) as oldest_on,
        max(managers_selected.as_of_on) as newest_on,
        coalesce(
            sum(managers_selected.reported_shares) filter (where managers_selected.is_index_heavy),
            0
        ) as index_heavy_reported_shares,
        coalesce(
            sum(managers_selected.scaled_shares) filter (where managers_selected.is_index_heavy), 0
        ) as index_heavy_shares
    from managers_selected
    group by managers_selected.security_id, managers_selected.vintage
),

-- names are all that funds and managers share: one within the other counts as the same house
outside as (
    select
        summed.security_id,
        summed.vintage,
        holdings_of_trackers.manager_name,
        sum(holdings_of_trackers.shares) as shares
    from summed
    inner join holdings_of_trackers on summed.security_id = holdings_of_trackers.security_id
    where
        not exists (
            select 1
            from managers_selected
            where
                managers_selected.security_id = summed.security_id
                and managers_selected.vintage = summed.vintage
                and managers_selected.is_index_heavy
                and (
                    contains(
                        lower(managers_selected.manager_name), lower(holdings_of_trackers.manager_name)
                    )
                    or contains(
                        lower(holdings_of_trackers.manager_name), lower(managers_selected.manager_name)
                    )
                )
        )
    group by summed.security_id, summed.vintage, holdings_of_trackers.manager_name
),

outside_summed as (
    select
        outside.security_id,
        outside.vintage,
        sum(outside.shares) as shares
    from outside
    group by outside.security_id, outside.vintage
),

others_summed as (
    select
        managers_selected.security_id,
        managers_selected.vintage,
        sum(managers_selected.reported_shares) as reported_shares,
        sum(managers_selected.scaled_shares) as shares
    from managers_selected
    where
        not managers_selected.is_index_heavy
        and not exists (
            select 1
            from outside
            where
                outside.security_id = managers_selected.security_id
                and outside.vintage = managers_selected.vintage
                and contains(lower(managers_selected.manager_name), lower(outside.manager_name))
        )
    group by managers_selected.security_id, managers_selected.vintage
),

joined as (
    select
        summed.security_id,
        summed.vintage,
        summed.index_heavy_count,
        summed.unscaled_count,
        summed.oldest_on,
        summed.newest_on,
        summed.index_heavy_reported_shares,
        summed.index_heavy_shares,
        coalesce(outside_summed.shares, 0) as funds_outside_shares,
        coalesce(others_summed.shares, 0) as other_managers_shares,
        coalesce(others_summed.reported_shares, 0) as other_managers_reported_shares
    from summed
    left join outside_summed
        on
            summed.security_id = outside_summed.security_id
            and summed.vintage = outside_summed.vintage
    left join others_summed
        on
            summed.security_id = others_summed.security_id
            and summed.vintage = others_summed.vintage
)

select
    joined.security_id,
    joined.vintage,
    securities_asked.ticker,
    joined.index_heavy_count,
    joined.unscaled_count,
    joined.oldest_on,
    joined.newest_on,
    joined.index_heavy_reported_shares,
    joined.index_heavy_shares,
    joined.funds_outside_shares,
    joined.other_managers_shares,
    joined.index_heavy_shares + joined.funds_outside_shares as crosscheck_shares,
    (joined.index_heavy_shares + joined.funds_outside_shares) * prices_selected.close_usd
        as crosscheck_usd,
    (joined.index_heavy_shares + joined.funds_outside_shares) / securities_asked.shares_outstanding
        as crosscheck_of_shares_outstanding_ratio,
    joined.index_heavy_shares + joined.funds_outside_shares + joined.other_managers_shares
        as with_others_shares,
    joined.index_heavy_reported_shares + joined.funds_outside_shares
    + joined.other_managers_reported_shares as with_others_reported_shares,
    (
        joined.index_heavy_reported_shares + joined.funds_outside_shares
        + joined.other_managers_reported_shares
    ) * prices_selected.close_usd as with_others_reported_usd
from joined
inner join securities_asked on joined.security_id = securities_asked.security_id
inner join prices_selected on joined.security_id = prices_selected.security_id
order by securities_asked.position_id, joined.vintage
