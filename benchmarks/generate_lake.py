"""Write a synthetic lake around the bundled sample: months of holdings as ``flowrisk ingest`` lays
them out, sorted by security and fund, one file a month. Every added figure is made up.

    python benchmarks/generate_lake.py FOLDER [--months 5] [--holdings 20000000]

The sample's candidates are among the 60,000 securities and every seventh of the 14,000 funds
tracks one of the sample's indices, so that the sample's question has an answer in the lake. Each
security has a row of its own and 90 days of prices, and 5,000 of them stand on one more list.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import flowrisk
from flowrisk.engines.bulk import Bulk
from flowrisk.engines.composing import literal

_FUNDS_COUNT = 14_000
_SECURITIES_COUNT = 60_000
_LISTED_COUNT = 5_000
_TRACKER_EVERY = 7
_CANDIDATES = """
    select security_id, row_number() over (order by security_id) - 1 as security
    from (select distinct security_id from read_parquet({candidates}))
"""
_HOLDINGS = """
    with candidates as ({candidates}),
    drawn as (
        select hash(range * 7) % {funds} as fund, hash(range * 13) % {securities} as security
        from range({holdings})
        group by all
    )
    select printf('L%09d', drawn.fund) as fund_id, date '{day}' as as_of_on,
           coalesce(candidates.security_id, printf('US%09d1', drawn.security)) as security_id,
           (1 + hash(drawn.fund, drawn.security) % 1000)::double as shares,
           null::double as market_value_usd,
           'illustrative' as basis, 'made up' as source
    from drawn left join candidates on drawn.security = candidates.security
    order by security_id, fund_id
"""
_REPORTS = """
    select printf('L%09d', range) as fund_id, day::date as as_of_on, 'full' as holdings_scope,
           day::date + 60 as published_on, null::varchar as file_digest,
           'illustrative' as basis, 'made up' as source
    from range({funds}), (select unnest([{days}]) as day)
    union all by name
    select * from read_parquet({reports})
    order by fund_id, as_of_on
"""
_FUNDS = """
    with indices as (
        select index_id, row_number() over (order by index_id) - 1 as position
        from read_parquet({indices})
    )
    select printf('L%09d', fund.range) as fund_id, printf('Made-up fund %d', fund.range)
               as fund_name, 'Nobody' as manager_name, indices.index_id,
           'registered_fund' as vehicle, 'US' as domicile, 'illustrative' as basis,
           'made up' as source
    from range({funds}) as fund left join indices
        on fund.range % {every} = 0
        and (fund.range // {every}) % (select count(*) from indices) = indices.position
    union all by name
    select * from read_parquet({known})
    order by fund_id
"""

# the securities of the holdings that the sample does not know
_ADDED = """
    select printf('US%09d1', range) as security_id, range as security
    from range({securities})
    where range >= (select count(distinct security_id) from read_parquet({candidates}))
"""
_SECURITIES = """
    select security_id, printf('M%05d', security) as ticker,
           printf('%X Made-up', hash(security)) as security_name,
           printf('made-up-%d', security) as issuer_id, 'common' as share_class, 'US' as country,
           'USD' as currency, 1e9 as shares_outstanding, 9e8 as float_shares,
           date '2025-06-30' as shares_on, 'illustrative' as basis, 'made up' as source
    from ({added})
    union all by name
    select * from read_parquet({known})
    order by security_id
"""
_PRICES = """
    select security_id, day::date as priced_on,
           round(10 + hash(security, day) % 9000 / 100, 2) as close_usd,
           (1e5 + hash(security) % 1000000)::double as volume_shares,
           'illustrative' as basis, 'made up' as source
    from ({added}), range(date '2025-08-23', date '2025-11-21', interval 1 day) as days(day)
    union all by name
    select * from read_parquet({known})
    order by security_id, priced_on
"""
_LISTED = """
    select 'large' as list_id, security_id, null::date as listed_on, 'illustrative' as basis,
           'made up' as source
    from (select security_id from ({added}) order by security limit {listed})
    union all by name
    select * from read_parquet({candidates})
    order by list_id, security_id
"""


def write_lake(folder: Path, months_count: int, holdings_count: int) -> None:
    """Make a dataset from the sample and add the months, the funds and the reports."""
    sample = flowrisk.open_dataset().path
    flowrisk.init(folder)
    days = [date(2025, 10 - months_count + month, 28) for month in range(1, months_count + 1)]
    candidates = _CANDIDATES.format(candidates=literal(sample / "candidates.parquet"))
    with Bulk(folder, reached=[sample], memory_mib=4096) as bulk:
        for day in days:
            part = folder / "holdings" / f"as_of_month={day:%Y-%m}" / "made-up.parquet"
            part.parent.mkdir(parents=True, exist_ok=True)
            bulk.write_parquet(
                _HOLDINGS.format(
                    day=day, funds=_FUNDS_COUNT, securities=_SECURITIES_COUNT,
                    holdings=holdings_count, candidates=candidates,
                ),
                part,
            )  # fmt: skip
        listed = ", ".join(literal(day) for day in days)
        known = {path.stem: literal(path) for path in sample.glob("*.parquet")}
        added = _ADDED.format(securities=_SECURITIES_COUNT, candidates=known["candidates"])
        tables = {
            "fund_reports": _REPORTS.format(
                funds=_FUNDS_COUNT, days=listed, reports=known["fund_reports"]
            ),
            "funds": _FUNDS.format(
                funds=_FUNDS_COUNT, every=_TRACKER_EVERY, known=known["funds"],
                indices=known["indices"],
            ),
            "securities": _SECURITIES.format(added=added, known=known["securities"]),
            "prices": _PRICES.format(added=added, known=known["prices"]),
            "candidates": _LISTED.format(
                added=added, listed=_LISTED_COUNT, candidates=known["candidates"]
            ),
        }  # fmt: skip
        for name, sql in tables.items():
            bulk.write_parquet(sql, folder / f"{name}.parquet")


def main() -> None:
    """Read the command line and write the lake."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--months", type=int, default=5)
    parser.add_argument("--holdings", type=int, default=20_000_000, help="rows a month")
    chosen = parser.parse_args()
    write_lake(chosen.folder, chosen.months, chosen.holdings)
    print(chosen.folder)


if __name__ == "__main__":
    main()
