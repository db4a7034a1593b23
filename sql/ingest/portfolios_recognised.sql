-- Funds whose holdings are those of a known tracker: the index of the one that overlaps most, or,
-- where trackers of several indices fit, their provider alone; of several providers, none.
-- The thresholds were measured: see the method page.
-- grain: fund_id
-- units: ratios as in portfolios_compared; apart_days in days
-- kind: table

with

fitting as (
    select
        compared.*,
        coalesce(listed.provider_id, rules.provider_id, indices.provider_id) as provider_id
    from ingest.portfolios_compared as compared
    left join (
        select distinct
            index_funds.index_id,
            index_funds.provider_id
        from ingest.index_funds as index_funds
    ) as listed on compared.index_id = listed.index_id
    left join (
        select distinct
            index_name_rules.index_id,
            index_name_rules.provider_id
        from ingest.index_name_rules as index_name_rules
        where index_name_rules.index_id is not null
    ) as rules on compared.index_id = rules.index_id
    left join data.indices as indices on compared.index_id = indices.index_id
    where
        compared.overlap_ratio >= 0.9
        and compared.members_ratio >= 0.85
        and compared.spread_ratio <= 0.05 + 0.005 * compared.apart_days
),

counted as (
    select
        fitting.fund_id,
        count(distinct fitting.index_id) as indices_count,
        count(distinct fitting.provider_id) as providers_count
    from fitting
    group by fitting.fund_id
),

ranked as (
    select
        fitting.*,
        counted.indices_count,
        counted.providers_count,
        row_number() over (
            partition by fitting.fund_id
            order by fitting.overlap_ratio desc, fitting.index_id asc
        ) as closeness_rank
    from fitting
    inner join counted on fitting.fund_id = counted.fund_id
)

select
    ranked.fund_id,
    ranked.provider_id,
    case
        when ranked.indices_count = 1 then ranked.index_id
        else ranked.provider_id || '-other'
    end as index_id,
    ranked.indices_count = 1 as is_one_index,
    ranked.reference_fund_id,
    ranked.reference_on,
    ranked.apart_days,
    ranked.overlap_ratio,
    ranked.members_ratio,
    ranked.spread_ratio
from ranked
left join ingest.names_recognised as recognised on ranked.fund_id = recognised.fund_id
where
    ranked.closeness_rank = 1
    and ranked.providers_count = 1
    -- a provider that the name states is not overruled by holdings that look alike
    and coalesce(recognised.provider_id, ranked.provider_id)
    in (ranked.provider_id, 'unlisted')
