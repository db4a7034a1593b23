-- A name without the words that files write or leave out: rows are never counted by it.
-- arguments: name
-- grain: one value a call
-- units: a text in small letters, null where nothing is left
select
    nullif(regexp_replace(
        regexp_replace(
            regexp_replace(lower(name), '[^a-z0-9]+', ' ', 'g'),
            '\b(the|inc|incorporated|corp|corporation|co|company|ltd|limited|plc|sa|ag|nv|se|'
            || 'spa|ab|group|holdings?|common|ordinary|stock|shares?|class|cl|com|new|reit|adr)\b',
            '', 'g'
        ), ' +', ' ', 'g'
    ), ' ')
