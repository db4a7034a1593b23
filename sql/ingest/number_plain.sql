-- A number as the SEC writes it: digits, a point, no marks between thousands.
-- arguments: text
-- grain: one value a call
-- units: a number, null where the text is none or is not finite
select
    case when isfinite(try_cast(text as double)) then try_cast(text as double) end
