"""Write a synthetic lake: months of holdings as ``flowrisk ingest`` lays them out, every figure
made up, sorted by security and fund, one file a month.

    python benchmarks/generate_lake.py FOLDER [--months 5] [--holdings 20000000]
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from flowrisk.engines.bulk import Bulk, quoted

_FUNDS_COUNT = 14_000
_SECURITIES_COUNT = 60_000
_HOLDINGS = """
    select printf('S%09d', fund) as fund_id, date '{day}' as as_of_on,
           printf('US%09d1', security) as security_id,
           (hash(fund, security) % 1000000)::double as shares,
           (hash(fund, security) % 1000000) * 17.5 as market_value_usd,
           'illustrative' as basis, 'made up' as source
    from (
        select hash(range * 7) % {funds} as fund, hash(range * 13) % {securities} as security
        from range({holdings})
    )
    group by all
    order by security_id, fund_id
"""
_REPORTS = """
    select printf('S%09d', range) as fund_id, day::date as as_of_on, 'full' as holdings_scope,
           day::date + 60 as published_on, null::varchar as file_digest,
           'illustrative' as basis, 'made up' as source
    from range({funds}), (select unnest([{days}]) as day)
    order by fund_id, as_of_on
"""


def write_lake(folder: Path, months_count: int, holdings_count: int) -> None:
    """Write the months and the reports that list them."""
    folder.mkdir(parents=True, exist_ok=True)
    days = [date(2025, month, 28) for month in range(1, months_count + 1)]
    with Bulk(folder, memory_mib=4096) as bulk:
        for day in days:
            part = folder / "holdings" / f"as_of_month={day:%Y-%m}" / "part-0.parquet"
            part.parent.mkdir(parents=True, exist_ok=True)
            bulk.write_parquet(
                _HOLDINGS.format(
                    day=day, funds=_FUNDS_COUNT, securities=_SECURITIES_COUNT,
                    holdings=holdings_count,
                ),
                part,
            )  # fmt: skip
        listed = ", ".join(quoted(day) for day in days)
        bulk.write_parquet(
            _REPORTS.format(funds=_FUNDS_COUNT, days=listed), folder / "fund_reports.parquet"
        )


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
