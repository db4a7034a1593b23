-- The files of this ingest in words: the source of what rests on all of them together.
-- grain: one row
-- units: a text

select
    'positions in '
    || coalesce(string_agg(distinct reports.file_name, ', ' order by reports.file_name), 'no file')
        as source
from parsed.reports as reports
