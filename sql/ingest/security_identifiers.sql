-- Identifiers of securities as the dataset has them after this ingest: known, mapped, created.
-- grain: scheme, value, security_id, valid_from_on
-- units: none

select * from ingest.identifiers_dated
union all by name
select * from ingest.identifiers_created
