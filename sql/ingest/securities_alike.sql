-- Pairs of keys that may be of one security, each with the rule that says so: 1 a row that states
-- identifiers of both; 2 ticker, market and name; 3 the same on a market that is only likely; 4 ticker
-- and market; 5 the same name, of nothing else on the market; 6 a name that begins alike; 7 two ISINs
-- of one ticker and name, as where a company moves to another country; 8 two tickers of one name, as
-- where it changes its ticker. Prices are to agree, and of rule 7 the days.
-- grain: security_id, kept_id, rule
-- units: none
-- kind: table

with

signs as (
    select * from ingest.security_signs
),

known as (
    select * from ingest.identifiers_known
),

proposed as (
    select * from ingest.identifiers_proposed
),

stated as (
    select
        proposed.key_id,
        proposed.ticker,
        proposed.mic,
        trim(ingest.name_key(proposed.issuer_name)) as name_words,
        unnest(['cusip', 'isin', 'figi', 'sedol']) as scheme,
        unnest([proposed.cusip, proposed.isin, proposed.figi, proposed.sedol]) as value
    from proposed
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
    from proposed
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

same_ticker as (
    select
        lesser.security_id,
        better.security_id as kept_id,
        lesser.is_weak or better.is_weak as is_weak,
        lesser.first_word = better.first_word as is_first_word_same,
        not lesser.is_other_paper and not better.is_other_paper as is_ordinary,
        starts_with(lesser.name_words, better.name_words)
        or starts_with(better.name_words, lesser.name_words) as is_begun_alike
    from signs as lesser
    inner join signs as better
        on
            lesser.ticker = better.ticker
            and lesser.market = better.market
            and lesser.preference > better.preference
),

-- files write one name in several ways, and companies change theirs
by_ticker as (
    select distinct
        same_ticker.security_id,
        same_ticker.kept_id,
        case
            when same_ticker.is_weak then 3
            when same_ticker.is_first_word_same then 2
            else 4
        end as rule
    from same_ticker
    where
        not same_ticker.is_weak
        or (
            same_ticker.is_first_word_same
            and same_ticker.is_ordinary
            and same_ticker.is_begun_alike
        )
),

with_ticker as (
    select distinct signs.security_id
    from signs
    where signs.ticker is not null
),

-- by its name a key is only ever given up for a better one: names that begin as no lesser key's does
-- need no comparing
first_words_lesser as (
    select distinct
        signs.market,
        signs.first_word
    from signs
    where signs.preference > 1
),

comparable as (
    select signs.*
    from signs
    semi join first_words_lesser
        on
            signs.market = first_words_lesser.market
            and signs.first_word = first_words_lesser.first_word
),

counted as (
    select
        comparable.*,
        with_ticker.security_id is null as is_without_ticker,
        bool_or(comparable.is_other_paper) over (
            partition by comparable.security_id
        ) as is_other_paper_anywhere,
        count(distinct comparable.security_id) over (
            partition by comparable.market, comparable.name_words
        ) as name_count,
        count(distinct comparable.security_id) over (
            partition by comparable.market, comparable.name_words, comparable.preference
        ) as namesake_count,
        count(distinct comparable.security_id) over (
            partition by
                comparable.market, comparable.name_words, comparable.share_class,
                comparable.preference
        ) as same_class_count
    from comparable
    left join with_ticker on comparable.security_id = with_ticker.security_id
),

renamed as (
    select distinct
        one.security_id,
        other.security_id as kept_id,
        8 as rule
    from counted as one
    inner join counted as other
        on
            one.market = other.market
            and one.name_words = other.name_words
            and one.share_class = other.share_class
            -- classes of a company have tickers that begin alike
            and left(one.ticker, 1) != left(other.ticker, 1)
            and one.security_id != other.security_id
    where
        greatest(one.preference, other.preference) = 5
        and one.preference >= other.preference
        and one.name_count <= 2
        and not one.is_weak
        and not other.is_weak
        and not one.is_other_paper
        and not other.is_other_paper
),

-- names of which one begins the other: each beginning of a name that is a name, ten characters long
-- or ending with a word; a first word alone stands before thousands of names
names as (
    select distinct
        comparable.market,
        comparable.name_words
    from comparable
),

lengths as (
    select unnest(range(2, max(length(names.name_words)) + 1)) as characters_count
    from names
),

beginnings as (
    select
        names.market,
        names.name_words,
        left(names.name_words, lengths.characters_count) as beginning
    from names
    inner join lengths on length(names.name_words) >= lengths.characters_count
    where
        lengths.characters_count >= 10
        or substr(names.name_words || ' ', lengths.characters_count + 1, 1) = ' '
),

begun as (
    select
        beginnings.market,
        names.name_words as short_words,
        beginnings.name_words as long_words
    from names
    inner join beginnings
        on names.market = beginnings.market and names.name_words = beginnings.beginning
),

names_alike as (
    select
        begun.market,
        begun.short_words as lesser_words,
        begun.long_words as better_words
    from begun
    union
    select
        begun.market,
        begun.long_words as lesser_words,
        begun.short_words as better_words
    from begun
),

same_name as (
    select
        lesser.security_id,
        better.security_id as kept_id,
        lesser.preference,
        lesser.name_words = better.name_words
        and length(lesser.name_words) >= 2
        and least(lesser.is_weak, better.is_weak) = false
        and greatest(lesser.same_class_count, better.same_class_count) = 1
        and (
            lesser.share_class = better.share_class
            or greatest(lesser.namesake_count, better.namesake_count) = 1
        ) as is_same,
        lesser.preference = 5
        and least(length(lesser.name_words), length(better.name_words)) >= 3
        and (lesser.share_class = better.share_class or better.namesake_count = 1)
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
        ) as is_begun_alike
    from counted as lesser
    inner join names_alike
        on lesser.market = names_alike.market and lesser.name_words = names_alike.lesser_words
    inner join counted as better
        on
            names_alike.market = better.market
            and names_alike.better_words = better.name_words
            and lesser.first_word = better.first_word
            and lesser.preference > better.preference
    where
        -- two tickers tell two papers apart, whatever their names
        (better.is_without_ticker or lesser.is_without_ticker)
        and (lesser.share_class = better.share_class or lesser.share_class || better.share_class = 'A')
        -- one filer leaves out what another says of a paper
        and lesser.is_other_paper_anywhere = better.is_other_paper_anywhere
        -- the ISIN has a CUSIP of its own in it
        and not (lesser.preference = 2 and regexp_matches(better.security_id, '^(US|CA)'))
),

by_name as (
    select distinct
        same_name.security_id,
        same_name.kept_id,
        case when same_name.is_same then 5 else 6 end as rule
    from same_name
    where same_name.is_same or same_name.is_begun_alike
),

-- a US ISIN of a company from elsewhere, or from nobody knows where, may be a depositary receipt
at_home as (
    select distinct proposed.security_id
    from proposed
    where proposed.country = 'US'
),

by_succession as (
    select distinct
        one.security_id,
        other.security_id as kept_id,
        7 as rule
    from signs as one
    inner join signs as other
        on
            one.ticker = other.ticker
            and one.market = other.market
            and one.name_words = other.name_words
            and one.share_class = other.share_class
            and one.security_id != other.security_id
    left join at_home as one_at_home on one.security_id = one_at_home.security_id
    left join at_home as other_at_home on other.security_id = other_at_home.security_id
    where
        one.preference = 1
        and other.preference = 1
        and least(one.is_weak, other.is_weak) = false
        and not one.is_other_paper
        and not other.is_other_paper
        and (
            left(one.security_id, 2) = left(other.security_id, 2)
            or (
                (one.security_id not like 'US%' or one_at_home.security_id is not null)
                and (other.security_id not like 'US%' or other_at_home.security_id is not null)
            )
        )
)

select * from by_row
union
select * from by_ticker
union
select * from by_name
union
select * from by_succession
union
select * from renamed
