"""Reading a real-size quarter against the best single DuckDB statement over its holdings.

The peer is ``COPY (SELECT * FROM read_csv(…) ORDER BY …) TO parquet`` of the same table, at its
fastest of several spellings. Each run is a process of its own with a folder of its own.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from measured import Row, Used, in_turn, process, row

if TYPE_CHECKING:
    from data import Data

_PEER = """
import duckdb
connection = duckdb.connect()
connection.execute("set temp_directory = '{target}/spill'")
connection.execute(\"\"\"copy (select * from read_csv('{source}/FUND_REPORTED_HOLDING.tsv',
    delim='\\t', quote='', escape='', header=true, {types}) order by ISSUER_CUSIP, ACCESSION_NUMBER)
    to '{target}/peer.parquet' (format parquet, compression {compression})\"\"\")
"""
_OURS = """
from flowrisk.ingest.run import ingest
ingest(['{source}'], format='nport', data='{target}/dataset')
"""
_SPELLINGS = {
    "all text, zstd": ("all_varchar=true", "zstd"),
    "all text, snappy": ("all_varchar=true", "snappy"),
    "typed, snappy": ("nullstr=['', 'N/A']", "snappy"),
}


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time the ingest and each spelling in turn; the ratio is to the fastest spelling."""
    source = data.quarter()
    acts = {"ours": lambda: in_fresh_folder(_OURS, source=source)}
    for name, (types, compression) in _SPELLINGS.items():
        acts[name] = lambda types=types, compression=compression: in_fresh_folder(
            _PEER, source=source, types=types, compression=compression
        )
    runs = in_turn(acts, runs_count, is_warmed=False)
    best = min(_SPELLINGS, key=lambda name: min(used.seconds for used in runs[name]))
    peer = f"one DuckDB statement ({best})"
    return [
        row("ingest", f"ingest nport, {data.sizes.quarter_holdings_count:,} holdings",
            runs["ours"], peer=peer, of_peer=runs[best], allowed="≤ 1.67"),
        row("ingest", peer, runs[best]),
    ]  # fmt: skip


def in_fresh_folder(body: str, **names: object) -> Used:
    """Run a script with an empty target folder that goes afterwards."""
    target = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        return process("-c", body.format(target=target, **names))
    finally:
        shutil.rmtree(target)
