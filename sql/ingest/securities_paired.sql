-- Two keys of one security, by the first of: a row that states identifiers of both; ticker, market
-- and name; ticker, market and price; name, market, class and price, where each is the only one so
-- named. Never by a name alone: the price of near days has to agree. The key with an ISIN is kept, else the one with a CUSIP.
-- grain: security_id
-- units: none
-- kind: table

with

signs as (
    select * from ingest.security_signs
),

prices as (
    select * from ingest.security_prices
),

known as (
    select * from ingest.identifiers_known
),

stated as (
    select
        proposed.key_id,
        proposed.ticker,
        coalesce(proposed.mic, case when proposed.country = 'US' then 'US' end) as mic,
        trim(ingest.name_key(proposed.issuer_name)) as name_words,
        unnest(['cusip', 'isin', 'figi', 'sedol']) as scheme,
        unnest([proposed.cusip, proposed.isin, proposed.figi, proposed.sedol]) as value
    from ingest.identifiers_proposed as proposed
),

owners as (
    select distinct
        stated.key_id,
        known.security_id
    from stated
    inner join known on stated.scheme = known.scheme and stated.value = known.value
    where known.valid_to_on is null
    union
    select distinct
        stated.key_id,
        listed.security_id
    from stated
    inner join signs as listed
        on
            listed.preference = 5
            and ingest.ticker_key(
                split_part(listed.security_id, ':', 1), split_part(listed.security_id, ':', 2)
            ) = ingest.ticker_key(stated.mic, stated.ticker)
            and listed.first_word = split_part(stated.name_words, ' ', 1)
    where stated.mic is not null and stated.value is not null
    union
    select
        proposed.key_id,
        proposed.security_id
    from ingest.identifiers_proposed as proposed
),

preferences as (
    select distinct
        signs.security_id,
        signs.preference
    from signs
),

by_row as (
    select distinct
        lesser.security_id,
        better.security_id as kept_id,
        1 as rule
    from owners as one
    inner join owners as other
        on one.key_id = other.key_id and one.security_id != other.security_id
    inner join preferences as lesser on one.security_id = lesser.security_id
    inner join preferences as better
        on other.security_id = better.security_id and lesser.preference > better.preference
),

by_ticker as (
    select distinct
        lesser.security_id,
        better.security_id as kept_id,
        case when lesser.is_weak or better.is_weak then 3 else 2 end as rule
    from signs as lesser
    inner join signs as better
        on
            lesser.ticker = better.ticker
            and lesser.market = better.market
            and lesser.preference > better.preference
    where
        (
            lesser.first_word = better.first_word
            and not (lesser.is_weak or better.is_weak)
        )
        or (
            lesser.first_word = better.first_word
            and not lesser.is_other_paper
            and not better.is_other_paper
            and (
                starts_with(lesser.name_words, better.name_words)
                or starts_with(better.name_words, lesser.name_words)
            )
        )
),

-- files write one name in several ways, and companies change theirs
by_ticker_and_price as (
    select distinct
        lesser.security_id,
        better.security_id as kept_id,
        4 as rule
    from signs as lesser
    inner join signs as better
        on
            lesser.ticker = better.ticker
            and lesser.market = better.market
            and lesser.preference > better.preference
    where not (lesser.is_weak or better.is_weak)
),

with_ticker as (
    select distinct signs.security_id
    from signs
    where signs.ticker is not null
),

without_ticker as (
    select
        signs.*,
        count(distinct signs.security_id) over (
            partition by signs.market, signs.name_words
        ) as namesake_count
    from signs
    left join with_ticker on signs.security_id = with_ticker.security_id
    where with_ticker.security_id is null
),

by_name as (
    select distinct
        lesser.security_id,
        better.security_id as kept_id,
        5 as rule
    from signs as lesser
    inner join without_ticker as better
        on
            lesser.market = better.market
            and lesser.first_word = better.first_word
            and (
                lesser.share_class = better.share_class
                or (
                    lesser.share_class || better.share_class = 'A'
                    and better.namesake_count = 1
                )
            )
            and lesser.is_other_paper = better.is_other_paper
    where
        lesser.preference = 5
        and better.preference < 5
        and least(length(lesser.name_words), length(better.name_words)) >= 3
        and (
            starts_with(lesser.name_words || ' ', better.name_words || ' ')
            or starts_with(better.name_words || ' ', lesser.name_words || ' ')
            or (
                least(length(lesser.name_words), length(better.name_words)) >= 10
                and (
                    starts_with(lesser.name_words, better.name_words)
                    or starts_with(better.name_words, lesser.name_words)
                )
            )
        )
),

found as (
    select * from by_row
    union all
    select * from by_ticker
    union all
    select * from by_ticker_and_price
    union all
    select * from by_name
),

pairs as (
    select distinct
        found.security_id,
        found.kept_id
    from found
),

compared as (
    select
        pairs.security_id,
        pairs.kept_id,
        arg_min(
            abs(ln(one.implied_usd / other.implied_usd)),
            abs(date_diff('day', one.as_of_on, other.as_of_on))
        ) as distance,
        min(abs(date_diff('day', one.as_of_on, other.as_of_on))) as apart_days
    from pairs
    inner join prices as one on pairs.security_id = one.security_id
    inner join prices as other on pairs.kept_id = other.security_id
    where abs(date_diff('day', one.as_of_on, other.as_of_on)) <= 92
    group by pairs.security_id, pairs.kept_id
),

-- prices of small companies move some 4 % a day, and by the root of the days
judged as (
    select
        found.security_id,
        found.kept_id,
        found.rule,
        compared.distance <= least(0.03 + 0.04 * sqrt(compared.apart_days), 0.35) as is_priced_alike
    from found
    left join compared
        on found.security_id = compared.security_id and found.kept_id = compared.kept_id
    where found.rule = 1 or coalesce(compared.distance < 0.4, true)
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
    where allowed.rule < 5 or allowed.lesser_count = 1
    group by allowed.security_id
),

best as (
    select
        allowed.security_id,
        allowed.kept_id,
        allowed.rule,
        preferences.preference,
        min(preferences.preference) over (partition by allowed.security_id) as least_preference
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
        else 'ticker and name'
    end as settled_by
from best
where best.preference = best.least_preference
group by best.security_id
having count(distinct best.kept_id) = 1
