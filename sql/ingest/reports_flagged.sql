-- Reports that are odd as a whole: weights of a full listing that do not sum to one, a position
-- larger than the company, net assets below nothing. Taken as stated but for those, and flagged.
-- grain: fund_id, as_of_on, code
-- units: value in the unit that its code says: a sum of weights, a multiple of the
--   company, or US dollars

with

positions as (
    select * from parsed.positions
),

reports as (
    select * from ingest.reports_taken
),

held as (
    select * from ingest.holdings_reported
),

securities as (
    select
        known.security_id,
        try_cast(known.shares_outstanding as double) as shares_outstanding
    from data.securities as known
),

flags as (
    select
        reports.fund_id,
        reports.as_of_on,
        'weights_sum_to' as code,
        sum(positions.weight_ratio) as value
    from positions
    inner join reports on positions.report_id = reports.report_id
    where reports.holdings_scope = 'full'
    group by reports.fund_id, reports.as_of_on
    having value not between 0.95 and 1.05
    union all
    select
        reports.fund_id,
        reports.as_of_on,
        'net_assets_not_taken' as code,
        reports.net_assets_usd as value
    from reports
    where reports.holder = 'fund' and reports.net_assets_usd < 0
    union all
    select
        held.fund_id,
        held.as_of_on,
        'more_than_all_shares_of ' || held.security_id as code,
        held.shares / securities.shares_outstanding as value
    from held
    inner join securities on held.security_id = securities.security_id
    where held.shares > securities.shares_outstanding
)

select
    flags.fund_id,
    flags.as_of_on,
    flags.code,
    flags.value
from flags
order by flags.code, flags.fund_id, flags.as_of_on
