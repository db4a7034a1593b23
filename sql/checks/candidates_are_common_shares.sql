-- No candidate is a preferred share: an index deletion hits the listed common share.
-- says: preferred shares stand among the candidates
-- severity: refuse
-- scope: question
-- remedy: Remove the preferred shares from candidates.parquet.

with

candidates as (
    select * from staging.candidates
),

securities as (
    select * from staging.securities
)

select
    candidates.list_id as subject,
    concat_ws(' ', securities.ticker, 'is a preferred share') as fact
from candidates
inner join securities on candidates.security_id = securities.security_id
where securities.share_class = 'preferred'
