-- A number of an export whose decimal mark is a comma: points may stand between thousands.
-- arguments: text
-- grain: one value a call
-- units: a number, null where the text is none or is not finite
select
    case
        when regexp_full_match(
            text, '[+-]?([0-9]*|[1-9][0-9]{0,2}([.][0-9]{3})+)(,[0-9]*)?([eE][+-]?[0-9]+)?'
        ) then ingest.number_plain(replace(replace(text, '.', ''), ',', '.'))
    end
