-- The security of the question that a ticker (in any case) or an ISIN names; an unknown or
-- ambiguous name is refused.
-- arguments: asked_ticker
-- grain: security_id
-- units: none
-- example: select security_name from security_named('MSTR')

with

securities_asked as (
    select * from intermediate.securities_asked
),

-- a ticker may be all digits, and then be given as a number
asked as (
    select cast(asked_ticker as varchar) as name
),

matching as (
    select count(securities_asked.security_id) as securities_count
    from asked
    left join securities_asked
        on
            upper(securities_asked.ticker) = upper(asked.name)
            or securities_asked.security_id = upper(asked.name)
)

select
    securities_asked.security_id,
    securities_asked.ticker,
    securities_asked.security_name
from asked
cross join matching
left join securities_asked
    on
        upper(securities_asked.ticker) = upper(asked.name)
        or securities_asked.security_id = upper(asked.name)
where case
    when matching.securities_count = 1 then true
    when matching.securities_count > 1
        then error(asked.name || ' names more than one security; give the ISIN')
    else error(
        'the question asks about no security ' || coalesce(asked.name, 'null')
        || '; --securities adds one'
    )
end
