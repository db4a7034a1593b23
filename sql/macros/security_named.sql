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

matching as (
    select count(*) as securities_count
    from securities_asked
    where
        upper(securities_asked.ticker) = upper(asked_ticker)
        or securities_asked.security_id = upper(asked_ticker)
)

select
    securities_asked.security_id,
    securities_asked.ticker,
    securities_asked.security_name
from matching
left join securities_asked
    on
        upper(securities_asked.ticker) = upper(asked_ticker)
        or securities_asked.security_id = upper(asked_ticker)
where case
    when matching.securities_count = 1 then true
    when matching.securities_count > 1
        then error(asked_ticker || ' names more than one security; give the ISIN')
    else error(
        'the question asks about no security ' || coalesce(asked_ticker, 'null')
        || '; --securities adds one'
    )
end
