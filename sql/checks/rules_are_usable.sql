-- Every rule can be failed and passed: thresholds and ratios are finite ratios, no screen asks for
-- more failed tests than it has, the rows of one rule agree, and no row stands twice.
-- says: rules or their inputs cannot be judged
-- severity: refuse
-- scope: screen
-- remedy: Correct the rows named: thresholds as ratios from 0 to 1 (0.5 is 50 %), counts of at least 1 and alike within a screen.

with

rules as (
    select * from staging.rules
),

issuer_ratios as (
    select * from staging.issuer_ratios
),

screens as (
    select
        rules.rule_id,
        rules.screen_id,
        count(*) as tests_count,
        min(rules.failing_tests_count) as fewest_count,
        max(rules.failing_tests_count) as most_count
    from rules
    group by rules.rule_id, rules.screen_id
),

named as (
    select
        rules.rule_id,
        min(rules.years_count) as fewest_count,
        max(rules.years_count) as most_count,
        count(distinct rules.provider_id) as providers_count,
        count(distinct rules.rule_name) as names_count
    from rules
    group by rules.rule_id
),

repeated as (
    select
        rules.rule_id,
        rules.input_id,
        null as as_of_on,
        count(*) as rows_count
    from rules
    group by rules.rule_id, rules.input_id
    having count(*) > 1
    union all
    select
        issuer_ratios.issuer_id as rule_id,
        issuer_ratios.input_id,
        issuer_ratios.as_of_on,
        count(*) as rows_count
    from issuer_ratios
    group by issuer_ratios.issuer_id, issuer_ratios.input_id, issuer_ratios.as_of_on
    having count(*) > 1
),

judged as (
    select
        concat_ws(' ', rules.rule_id, rules.input_id) as subject,
        case
            when
                isnan(rules.threshold_ratio)
                or rules.threshold_ratio < 0
                or rules.threshold_ratio > 1
                then concat_ws(' ', 'threshold outside 0 to 1:', rules.threshold_ratio)
            when rules.threshold_ratio is not null and rules.fails_if is null
                then 'a threshold without the side on which it is failed'
            when rules.fails_if not in ('at_least', 'above', 'at_most', 'below')
                then concat_ws(' ', 'no side of a threshold:', rules.fails_if)
        end as fact
    from rules
    union all
    select
        concat_ws(' ', screens.rule_id, 'screen', screens.screen_id) as subject,
        case
            when screens.fewest_count <> screens.most_count
                then concat_ws(
                    ' ', 'failed tests between', screens.fewest_count, 'and', screens.most_count
                )
            when screens.most_count < 1 or screens.most_count > screens.tests_count
                then concat_ws(
                    ' ', 'fails by', screens.most_count, 'of', screens.tests_count, 'tests'
                )
        end as fact
    from screens
    union all
    select
        named.rule_id as subject,
        case
            when named.fewest_count < 1 or named.most_count > 10
                then concat_ws(' ', 'years outside 1 to 10:', named.fewest_count, named.most_count)
            when
                named.fewest_count <> named.most_count
                or named.providers_count > 1
                or named.names_count > 1
                then 'rows that differ in provider, name or years'
        end as fact
    from named
    union all
    select
        concat_ws(
            ' ', issuer_ratios.issuer_id, issuer_ratios.input_id, issuer_ratios.as_of_on
        ) as subject,
        case
            when issuer_ratios.input_ratio - issuer_ratios.input_ratio <> 0 then 'not finite'
            when
                issuer_ratios.input_id in ('digital_asset_ratio', 'operating_asset_ratio')
                and (issuer_ratios.input_ratio < 0 or issuer_ratios.input_ratio > 1)
                then concat_ws(' ', 'a share of assets outside 0 to 1:', issuer_ratios.input_ratio)
        end as fact
    from issuer_ratios
    union all
    select
        concat_ws(' ', repeated.rule_id, repeated.input_id, repeated.as_of_on) as subject,
        concat_ws(' ', 'stands', repeated.rows_count, 'times') as fact
    from repeated
)

select
    judged.subject,
    judged.fact
from judged
where judged.fact is not null
