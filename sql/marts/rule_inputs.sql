-- What the data holds of the ratios that rules test, for the issuers asked about, up to the as-of
-- date (published by the known-on date where the question sets one). The digital-asset ratio of the
-- newest balance sheet is not among them: it depends on the review price, and is added in Python.
-- grain: issuer_id, input_id, as_of_on
-- units: input_ratio a ratio
-- example: select issuer_id, input_id, input_ratio from marts.rule_inputs

with

assumptions as (
    select * from scenario.assumptions
),

issuer_ratios as (
    select * from staging.issuer_ratios
),

securities_asked as (
    select * from intermediate.securities_asked
),

issuers as (
    select distinct securities_asked.issuer_id
    from securities_asked
)

select
    issuer_ratios.issuer_id,
    issuer_ratios.input_id,
    issuer_ratios.as_of_on,
    issuer_ratios.input_ratio,
    issuer_ratios.published_on,
    issuer_ratios.basis,
    issuer_ratios.source
from issuer_ratios
cross join assumptions
inner join issuers on issuer_ratios.issuer_id = issuers.issuer_id
where
    issuer_ratios.as_of_on <= assumptions.as_of_on
    and (
        assumptions.known_on is null
        or issuer_ratios.published_on <= assumptions.known_on
    )
order by issuer_ratios.issuer_id, issuer_ratios.input_id, issuer_ratios.as_of_on desc
