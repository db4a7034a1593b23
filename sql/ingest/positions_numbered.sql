-- A number for each position that has none of its own, in an order that its words give: place is
-- where the row lies.
-- grain: place
-- units: row_number counts on from the largest number known
-- kind: view

with

positions as (
    select
        positions.*,
        positions.rowid as place
    from parsed.positions as positions
)

select
    positions.place,
    (select coalesce(max(positions.row_number), 0) from positions)
    + row_number() over (
        order by
            positions.report_id, positions.issuer_name, positions.title, positions.cusip,
            positions.isin, positions.kind, positions.shares, positions.market_value_usd
    ) as row_number
from positions
where positions.row_number is null
