-- The lists of who may be excluded: on the list of MSCI by press reports, declared treasury
-- companies, the miners of the JPMorgan note, and the two lists of MSCI's simulation of 2026.
-- Preferred shares never.
-- grain: list_id, security_id
-- units: none
with

listed as (
    select
        'msci-reported' as list_id,
        security_id,
        null as listed_on,
        basis,
        source
    from sources.securities
    where on_msci_list = 'yes'
    union all
    select
        'treasury' as list_id,
        security_id,
        null as listed_on,
        basis,
        source
    from sources.securities
    where is_crypto_treasury = 'true'
    union all
    select
        'miners' as list_id,
        security_id,
        null as listed_on,
        basis,
        source
    from sources.miners_note
    union all
    select
        list_id,
        security_id,
        listed_on,
        basis,
        source
    from sources.simulated_lists
)

select
    listed.list_id,
    listed.security_id,
    listed.listed_on,
    listed.basis,
    listed.source
from listed
inner join sources.securities on listed.security_id = securities.security_id
where securities.share_class <> 'preferred'
