-- Funds and days that two files of one call list differently, where neither says when it was
-- published: one of them would be lost.
-- grain: fund_id, as_of_on
-- units: file_names a text of several names

select
    reports.fund_id,
    reports.as_of_on,
    string_agg(distinct reports.file_name, ', ') as file_names
from parsed.reports as reports
where
    reports.holder in ('fund', 'weights')
    and reports.published_on is null
    and reports.accession is null
group by reports.fund_id, reports.as_of_on
having count(distinct reports.file_digest) > 1
order by reports.fund_id, reports.as_of_on
