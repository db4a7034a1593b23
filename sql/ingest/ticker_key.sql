-- One key for what several files write of one listing: leading zeros of a number and marks before a
-- share class do not tell listings apart, and a US ticker is one on all US venues.
-- arguments: mic, ticker
-- grain: one value a call
-- units: a text VENUE:TICKER
select
    case
        when mic in (
            'XNAS', 'XNYS', 'XASE', 'ARCX', 'BATS', 'IEXG', 'XNGS', 'XNMS', 'XNCM', 'US'
        ) then 'US'
        else mic
    end || ':' || case
        when regexp_full_match(ticker, '[0-9]+')
            then coalesce(nullif(ltrim(ticker, '0'), ''), '0')
        else regexp_replace(upper(ticker), '^([A-Z]+)[./ -]([A-C])$', '\1\2')
    end
