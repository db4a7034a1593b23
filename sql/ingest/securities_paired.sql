-- Two keys of one security: the pairs that are alike whose prices agree on the nearest days, by the first
-- rule that says so. Never by a name alone. The key with an ISIN is kept, else the one with a CUSIP; of
-- two ISINs or two listings the later, where one is held only after the other, or both cost the same on
-- one day.
-- grain: security_id
-- units: none
-- kind: table

with

alike as (
    select * from ingest.securities_alike
),

prices as (
    select * from ingest.security_prices
),

preferences as (
    select distinct
        signs.security_id,
        signs.preference
    from ingest.security_signs as signs
),

pairs as (
    select distinct
        alike.security_id,
        alike.kept_id
    from alike
),

days as (
    select
        prices.security_id,
        min(prices.as_of_on) as first_on,
        max(prices.as_of_on) as last_on
    from prices
    group by prices.security_id
),

compared as (
    select
        pairs.security_id,
        pairs.kept_id,
        arg_min(
            abs(ln(one.implied_usd / other.implied_usd)),
            (
                abs(date_diff('day', one.as_of_on, other.as_of_on)),
                abs(ln(one.implied_usd / other.implied_usd))
            )
        ) as distance,
        min(abs(date_diff('day', one.as_of_on, other.as_of_on))) as apart_days
    from pairs
    inner join prices as one on pairs.security_id = one.security_id
    inner join prices as other on pairs.kept_id = other.security_id
    group by pairs.security_id, pairs.kept_id
),

-- prices of small companies move some 4 % a day, and by the root of the days; a name that nothing else
-- bears may have moved by twice that
judged as (
    select
        alike.security_id,
        alike.kept_id,
        alike.rule,
        case
            when alike.rule = 5 then
                compared.apart_days <= 800
                and compared.distance <= least(0.03 + 0.08 * sqrt(compared.apart_days), 0.9)
            -- an ISIN given up lives on where files name the security by its ticker alone
            when alike.rule = 7 then
                (
                    one.last_on < other.first_on
                    and compared.apart_days <= 400
                    and compared.distance <= least(0.03 + 0.04 * sqrt(compared.apart_days), 0.35)
                )
                or (
                    one.first_on < other.first_on
                    and compared.apart_days = 0
                    and compared.distance <= 0.01
                )
            -- of two listings the later is kept
            when alike.rule = 8 then
                (
                    kept.preference < 5
                    or (one.last_on, alike.security_id) < (other.last_on, alike.kept_id)
                )
                and compared.apart_days <= 400
                and compared.distance <= least(0.03 + 0.04 * sqrt(compared.apart_days), 0.35)
            else
                compared.apart_days <= 92
                and compared.distance <= least(0.03 + 0.04 * sqrt(compared.apart_days), 0.35)
        end as is_priced_alike
    from alike
    left join compared
        on alike.security_id = compared.security_id and alike.kept_id = compared.kept_id
    left join days as one on alike.security_id = one.security_id
    left join days as other on alike.kept_id = other.security_id
    inner join preferences as kept on alike.kept_id = kept.security_id
    where
        alike.rule in (1, 5, 7, 8)
        or compared.apart_days is null
        or compared.apart_days > 92
        or compared.distance < 0.4
),

allowed as (
    select
        judged.*,
        count(*) over (partition by judged.kept_id, judged.rule) as lesser_count
    from judged
    where judged.rule < 4 or judged.is_priced_alike
),

first_rules as (
    select
        allowed.security_id,
        min(allowed.rule) as rule
    from allowed
    where allowed.rule != 6 or allowed.lesser_count = 1
    group by allowed.security_id
),

best as (
    select
        allowed.security_id,
        allowed.kept_id,
        allowed.rule,
        preferences.preference,
        min(preferences.preference) over (partition by allowed.security_id) as least_preference,
        coalesce(allowed.is_priced_alike, false) as is_priced_alike,
        coalesce(
            bool_or(allowed.is_priced_alike) over (
                partition by allowed.security_id, preferences.preference
            ),
            false
        ) as is_any_priced_alike
    from allowed
    inner join first_rules
        on allowed.security_id = first_rules.security_id and allowed.rule = first_rules.rule
    inner join preferences on allowed.kept_id = preferences.security_id
)

select
    best.security_id,
    min(best.kept_id) as kept_id,
    case min(best.rule)
        when 1 then 'identifiers of one row'
        when 4 then 'ticker and price'
        when 5 then 'name and price'
        when 6 then 'name and price'
        when 7 then 'ticker, days and price'
        when 8 then 'name and price'
        else 'ticker and name'
    end as settled_by
from best
where
    best.preference = best.least_preference
    -- of an old ISIN and the one in its place, a listing is the one that costs as much
    and best.is_priced_alike = best.is_any_priced_alike
group by best.security_id
having count(distinct best.kept_id) = 1
