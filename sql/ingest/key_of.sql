-- One number for the way a position names its security: the same identifiers, listing, country and
-- day have the same number; its words count only where no identifier is stated.
-- arguments: cusip, isin, figi, sedol, ticker, mic, country, as_of_on, lei, title, issuer_name
-- grain: one value a call
-- units: a 64-bit hash
select
    hash(
        cusip, isin, figi, sedol, ticker, mic, country, as_of_on,
        case
            when coalesce(cusip, isin, figi, sedol) is null
                then concat_ws('|', lei, title, issuer_name)
        end
    )
