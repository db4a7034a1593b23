-- Whether the closes before a split are adjusted for it. First what the user says, then closes known
-- of the same days, the step on the day of the split, the level of the nearest close known within
-- two years; where nothing tells they are taken as adjusted, as vendors give them.
-- grain: security_id, effective_on
-- units: split_ratio in new shares per old share
-- kind: table

with

owned as (
    select * from ingest.prices_owned
    where prices_owned.kind = 'security'
),

known as (
    select
        prices.security_id,
        prices.priced_on,
        prices.close_usd
    from data.prices as prices
),

splits as (
    select * from data.splits
),

hints as (
    select * from ingest.price_hints
),

around as (
    select
        owned.security_id,
        splits.effective_on,
        splits.split_ratio,
        max(owned.priced_on) filter (where owned.priced_on < splits.effective_on) as before_on,
        min(owned.priced_on) filter (where owned.priced_on >= splits.effective_on) as after_on,
        max_by(owned.close, owned.priced_on) filter (where owned.priced_on < splits.effective_on)
            as close_before,
        min_by(owned.close, owned.priced_on) filter (where owned.priced_on >= splits.effective_on)
            as close_after,
        median(owned.close / known.close_usd) filter (where owned.priced_on < splits.effective_on)
            as shared_ratio
    from owned
    inner join splits on owned.security_id = splits.security_id
    left join known on owned.security_id = known.security_id and owned.priced_on = known.priced_on
    group by owned.security_id, splits.effective_on, splits.split_ratio
),

levels as (
    select
        around.security_id,
        around.effective_on,
        min_by(known.close_usd, abs(datediff('day', around.before_on, known.priced_on)))
            as close_known
    from around
    inner join known
        on
            around.security_id = known.security_id
            and abs(datediff('day', around.before_on, known.priced_on)) <= 731
    group by around.security_id, around.effective_on
),

judged as (
    select
        around.security_id,
        around.effective_on,
        around.split_ratio,
        case
            when hints.splits is not null then 'told'
            when around.shared_ratio is not null then 'closes known of the same days'
            when
                datediff('day', around.before_on, around.effective_on) <= 10
                and datediff('day', around.effective_on, around.after_on) <= 10
                then 'the step on its day'
            when levels.close_known is not null then 'the level of the nearest close known'
            else 'nothing tells'
        end as reason,
        hints.splits,
        ln(around.shared_ratio) / ln(around.split_ratio) as shared_steps,
        ln(around.close_before / around.close_after) / ln(around.split_ratio) as own_steps,
        ln(around.close_before / levels.close_known) / ln(around.split_ratio) as level_steps
    from around
    left join levels
        on around.security_id = levels.security_id and around.effective_on = levels.effective_on
    cross join hints
    where around.close_before is not null
)

select
    judged.security_id,
    judged.effective_on,
    judged.split_ratio,
    judged.reason,
    coalesce(case judged.reason
        when 'told' then judged.splits = 'raw'
        when 'closes known of the same days' then judged.shared_steps > 0.5
        when 'the step on its day' then judged.own_steps > 0.5
        when 'the level of the nearest close known' then judged.level_steps > 0.5
    end, false) as is_raw
from judged
