-- The files of this ingest by their content: what was refused of them before is said again.
-- grain: file_digest
-- units: file_digest the SHA-256 in hexadecimal digits

select reports.file_digest from parsed.reports as reports
union
select rejects.file_digest from parsed.rejects as rejects
union
select prices.file_digest from parsed.prices as prices
