-- The securities that need a price: those asked about, and those in the book of the question.
-- grain: security_id
-- units: none

with

securities as (
    select * from scenario.securities
),

book as (
    select * from scenario.book
)

select securities.security_id
from securities
union
select book.security_id
from book
where book.security_id is not null
