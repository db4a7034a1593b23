"""Apache Spark itself gives the same marts and findings as DuckDB. It takes minutes, so it is asked
for by name: ``FLOWRISK_REQUIRE=jvm make test-slow``."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import apache_spark
import pytest
from conftest import missing
from findings import comparable
from polars.testing import assert_frame_equal

from flowrisk.engines.spark import Spark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flowrisk import api

pytestmark = pytest.mark.slow
ODDS = {"msci": 0.4, "sp-dji": 0.2, "nasdaq": 0.3, "ftse-russell": 0.2, "crsp": 0.25}
ASKS: dict[str, Callable[..., Any]] = {
    "scenario": lambda made, **e: made.scenario(**e),
    "risk": lambda made, **e: made.risk(ODDS, uncertainty={"price": 0.2}, draws=999, **e),
    "screen": lambda made, **e: made.screen(review_on="2026-02-27", **e),
    "calibrate": lambda made, **e: made.calibrate("msci=2.8bn,all=8.8bn", security="MSTR", **e),
    "calendar": lambda made, **e: made.calendar(**e),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for the tests of this file."""
    if "jvm" not in os.environ.get("FLOWRISK_REQUIRE", ""):
        pytest.skip("asked for by FLOWRISK_REQUIRE=jvm: it takes minutes and 900 MB")
    if why := apache_spark.lacking():
        missing("jvm", why)
    with apache_spark.running(tmp_path_factory.mktemp("apache-spark")) as address:
        yield address


@pytest.mark.parametrize("command", ASKS)
def test_every_mart_and_finding_is_the_same(command: str, sample: api.Dataset, url: str) -> None:
    here = ASKS[command](sample).answer
    there = ASKS[command](sample, engine="spark", engine_url=url).answer
    assert list(here.marts) == list(there.marts)
    for name, frame in here.marts.items():
        assert_frame_equal(frame, there.marts[name], rel_tol=1e-9, abs_tol=1e-9)
    assert comparable(there.findings) == comparable(here.findings)
    assert sum(frame.height for frame in here.marts.values()) > 0


def test_questions_run_side_by_side_on_one_catalog_and_a_killed_one_blocks_nobody(
    sample: api.Dataset, url: str
) -> None:
    killed = Spark(url, folder=sample.path)
    with closing(Spark(url, folder=sample.path)) as looker:
        looker.session.sql("create schema marts").collect()

        def ask(_: int) -> Any:
            return ASKS["screen"](sample, engine="spark", engine_url=url).answer.marts

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(ask, range(2))
        assert list(first) == list(second)
        for name, frame in first.items():
            assert_frame_equal(frame, second[name])
        left = {row[0] for row in looker.session.sql("show schemas").collect()}
        assert {"default", "marts"} < left
        # those of the killed one and of the looker, and none of the two that were answered
        assert len(left) == 2 + 6 + 6
    killed.close()
