-- Who enters an index is no member of it yet, and who leaves one is; only indices and providers that
-- the question names are looked at.
-- says: securities enter an index that holds them already, or leave one that does not by the data
-- severity: warn
-- scope: question
-- remedy: Check --treatment; nothing is traded where an index holds already what enters it, and what
--   leaves an index whose members are not in the data is unknown.

with

securities as (
    select * from scenario.securities
),

treatments as (
    select * from scenario.treatments
),

named as (
    select * from staging.securities
),

index_trades_estimated as (
    select * from intermediate.index_trades_estimated
),

memberships_selected as (
    select * from intermediate.memberships_selected
),

changed as (
    select distinct
        index_trades_estimated.security_id,
        index_trades_estimated.index_id as entered_id,
        index_trades_estimated.is_entry
    from index_trades_estimated
    where
        index_trades_estimated.is_asked
        and index_trades_estimated.is_entry = index_trades_estimated.is_member
    union all
    select distinct
        treatments.security_id,
        treatments.provider_id as entered_id,
        true as is_entry
    from treatments
    inner join memberships_selected
        on
            treatments.provider_id = memberships_selected.provider_id
            and treatments.security_id = memberships_selected.security_id
    where treatments.treatment = 'include' and treatments.sold_ratio is not null
)

select
    named.ticker as subject,
    case
        when changed.is_entry then concat_ws(' ', 'a member of', changed.entered_id, 'already')
        else concat_ws(' ', 'no member of', changed.entered_id)
    end as fact
from changed
inner join securities on changed.security_id = securities.security_id
inner join named on changed.security_id = named.security_id
where securities.is_in_basket
