"""One question asked of flowrisk over an ingested lake, and of hand-written DuckDB, polars and
pandas over the raw files of a quarter.

The question: who holds a security, and how many shares. The scripts read only the columns they
need and do nothing of what flowrisk does besides (point in time, splits, prices, volumes, checks).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from measured import Row, in_turn, process, row

if TYPE_CHECKING:
    from data import Data

_CUSIP = "594972408"
_DUCKDB = """
import duckdb
duckdb.sql(\"\"\"
    select info.SERIES_ID, sum(holding.BALANCE::double) as shares
    from read_csv('{quarter}/FUND_REPORTED_HOLDING.tsv', delim='\\t', quote='', header=true,
                  all_varchar=true) as holding
    join read_csv('{quarter}/FUND_REPORTED_INFO.tsv', delim='\\t', quote='', header=true,
                  all_varchar=true) as info using (ACCESSION_NUMBER)
    where holding.ISSUER_CUSIP = '{cusip}' and holding.ASSET_CAT = 'EC'
    group by info.SERIES_ID
\"\"\").fetchall()
"""
_POLARS = """
import polars as pl
options = dict(separator='\\t', quote_char=None, infer_schema=False)
holding = pl.scan_csv('{quarter}/FUND_REPORTED_HOLDING.tsv', **options)
info = pl.scan_csv('{quarter}/FUND_REPORTED_INFO.tsv', **options)
(
    holding.filter(ISSUER_CUSIP='{cusip}', ASSET_CAT='EC')
    .join(info, on='ACCESSION_NUMBER')
    .group_by('SERIES_ID')
    .agg(pl.col('BALANCE').cast(pl.Float64).sum())
    .collect(engine='streaming')
)
"""
_PANDAS = """
import pandas as pd
options = dict(sep='\\t', quoting=3, dtype=str)
columns = ['ACCESSION_NUMBER', 'ISSUER_CUSIP', 'ASSET_CAT', 'BALANCE']
holding = pd.read_csv('{quarter}/FUND_REPORTED_HOLDING.tsv', usecols=columns, **options)
info = pd.read_csv('{quarter}/FUND_REPORTED_INFO.tsv', usecols=['ACCESSION_NUMBER', 'SERIES_ID'],
                   **options)
found = holding[(holding.ISSUER_CUSIP == '{cusip}') & (holding.ASSET_CAT == 'EC')]
joined = found.merge(info, on='ACCESSION_NUMBER')
joined.assign(BALANCE=joined.BALANCE.astype(float)).groupby('SERIES_ID').BALANCE.sum()
"""


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time those installed in turn; the ratio of each peer is to flowrisk."""
    quarter, lake = data.quarter(), data.large_lake()
    asked = ("-m", "flowrisk", "scenario", "-s", "MSTR", "-q", "--data", str(lake))
    acts = {"flowrisk, over the lake": lambda: process(*asked)}
    scripts = {"duckdb": _DUCKDB, "polars": _POLARS, "pandas": _PANDAS}
    for name, script in scripts.items():
        if find_spec(name):
            text = script.format(quarter=quarter, cusip=_CUSIP)
            acts[f"{name}, raw files"] = lambda text=text: process("-c", text)
    runs = in_turn(acts, runs_count)
    ours, *peers = runs
    return [
        row("question", ours, runs[ours]),
        *(row("question", peer, runs[peer], peer=ours, of_peer=runs[ours]) for peer in peers),
    ]
