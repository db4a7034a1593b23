-- How many shares of the as-of day one share of an earlier or later day is, in intervals between
-- splits. Reported share counts are multiplied by the interval of their own day. Prices and
-- volumes are stored split-adjusted to their newest session: they belong to its interval.
-- grain: security_id, valid_from_on
-- units: split_ratio in as-of shares per share of the interval
-- kind: table

with

assumptions as (
    select * from scenario.assumptions
),

securities_priced as (
    select * from intermediate.securities_priced
),

splits as (
    select * from staging.splits
),

prices as (
    select * from intermediate.prices_asked
),

newest_prices as (
    select
        prices.security_id,
        max(prices.priced_on) as priced_on
    from prices
    inner join securities_priced on prices.security_id = securities_priced.security_id
    group by prices.security_id
),

counted as (
    select
        securities_priced.security_id,
        date '0001-01-01' as valid_from_on,
        0e0 as log_ratio
    from securities_priced
    union all
    select
        splits.security_id,
        splits.effective_on as valid_from_on,
        ln(splits.split_ratio) as log_ratio
    from splits
    inner join securities_priced on splits.security_id = securities_priced.security_id
),

accumulated as (
    select
        counted.security_id,
        counted.valid_from_on,
        coalesce(
            lead(counted.valid_from_on) over (
                partition by counted.security_id
                order by counted.valid_from_on
            ),
            date '9999-12-31'
        ) as valid_until_on,
        sum(counted.log_ratio) over (
            partition by counted.security_id
            order by counted.valid_from_on
            rows between unbounded preceding and current row
        ) as log_count
    from counted
),

compared as (
    select
        accumulated.security_id,
        accumulated.valid_from_on,
        accumulated.valid_until_on,
        exp(
            max(
                case
                    when
                        accumulated.valid_from_on <= assumptions.as_of_on
                        and accumulated.valid_until_on > assumptions.as_of_on
                        then accumulated.log_count
                end
            ) over (partition by accumulated.security_id)
            - accumulated.log_count
        ) as split_ratio
    from accumulated
    cross join assumptions
)

select
    compared.security_id,
    compared.valid_from_on,
    compared.valid_until_on,
    case
        when compared.split_ratio >= 1 then round(compared.split_ratio, 9)
        else 1 / round(1 / compared.split_ratio, 9)
    end as split_ratio,
    coalesce(newest_prices.priced_on, date '9999-12-30') >= compared.valid_from_on
    and coalesce(newest_prices.priced_on, date '9999-12-30') < compared.valid_until_on
        as is_price_basis
from compared
left join newest_prices on compared.security_id = newest_prices.security_id
