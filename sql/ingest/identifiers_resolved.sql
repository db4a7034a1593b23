-- The security of each way of naming one, after securities that turned out to be one are one.
-- grain: key_id
-- units: shares in shares; market_value_usd in US dollars; row_count in positions
-- kind: table

select
    proposed.* exclude (security_id, matched_by),
    coalesce(merged.kept_id, proposed.security_id) as security_id,
    case
        when kept.security_id is not null then coalesce(proposed.matched_by, merged.settled_by)
        when merged.kept_id is null then proposed.matched_by
    end as matched_by
from ingest.identifiers_proposed as proposed
left join ingest.securities_merged as merged on proposed.security_id = merged.security_id
left join data.securities as kept on merged.kept_id = kept.security_id
