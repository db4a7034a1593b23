"""Where a cluster begins to pay: the same question on both engines over growing data.

Asks the server named, else a Sail of its own. The answers are compared at every size.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from measured import NotMeasuredError, Row, call, in_turn, row
from polars.testing import assert_frame_equal

from flowrisk import api

if TYPE_CHECKING:
    from data import Data

_STARTS_WITHIN_S = 30


def measure(data: Data, runs_count: int) -> list[Row]:
    """Ask both engines in turn over the sample and both lakes.

    Raises: NotMeasuredError without the client, or without a server.
    """
    found: list[Row] = []
    with _server(data) as url:
        for folder in (None, data.small_lake(), data.large_lake()):
            dataset = api.open_dataset(folder)
            ask_spark = partial(dataset.scenario, engine="spark", engine_url=url)
            here, there = dataset.scenario(), ask_spark()
            assert_frame_equal(here.outflows, there.outflows, rel_tol=1e-9, abs_tol=1e-9)
            runs = in_turn(
                {"spark": partial(call, ask_spark), "duckdb": partial(call, dataset.scenario)},
                runs_count,
                is_warmed=False,
            )
            holdings = next(v for v in here.answer.vintages if v.name == "holdings")
            names = [f"{name}, {holdings.row_count:,} holdings" for name in ("DuckDB", "Spark")]
            found += [
                row("spark", names[0], runs["duckdb"]),
                row("spark", names[1], runs["spark"], peer=names[0], of_peer=runs["duckdb"]),
            ]
    return found


@contextmanager
def _server(data: Data) -> Iterator[str]:
    """Give the address of the server named, or of one that ends with the benchmark."""
    if data.engine_url:
        yield data.engine_url
        return
    lacking = [name for name in ("pyspark", "pysail") if find_spec(name) is None]
    if lacking:
        raise NotMeasuredError(f"not installed: {', '.join(lacking)}")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "pysail", "spark", "server", "--port", str(port)],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port)
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise NotMeasuredError("the Spark Connect server did not start")
