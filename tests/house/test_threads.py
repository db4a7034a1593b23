"""One dataset asked from many threads at once answers as it does alone."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from paths import ROOT

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk import api

ODDS = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
THREADS_COUNT = 8
ASKS: dict[str, Callable[[api.Dataset], object]] = {
    "scenario": lambda d: d.scenario().render("json"),
    "other": lambda d: d.scenario(providers="crsp", securities="MARA").outflows.rows(),
    "priced": lambda d: d.scenario(price={"MSTR": 1.0}).outflows.rows(),
    "risk": lambda d: d.risk(ODDS, uncertainty={"price": 0.2}, draws=5_000).render("json"),
    "screen": lambda d: d.screen().render("json"),
    "query": lambda d: d.query("select * from outflow($t, ['msci'])", params={"t": "MSTR"}).rows(),
    "other query": lambda d: d.query("select $t as t", params={"t": "x"}, providers="crsp").rows(),
    "tables": lambda d: d.tables("marts.outflows").rows(),
    "refused": lambda d: refusal(lambda: d.query("select no_such_column from marts.outflows")),
    "page": lambda d: d.scenario(providers="msci", securities="MSTR").render("html"),
}


def refusal(ask: Callable[[], object]) -> str:
    with pytest.raises(QuestionError) as refused:
        ask()
    return str(refused.value)


def test_eight_threads_get_the_answers_of_one(sample: api.Dataset) -> None:
    alone = {name: ask(sample) for name, ask in ASKS.items()}
    names = list(ASKS) * 2
    random.Random(0).shuffle(names)  # noqa: S311 - an order, not a secret
    together = Barrier(THREADS_COUNT)

    def asked(place: int) -> object:
        if place < THREADS_COUNT:
            together.wait(timeout=30)
        return ASKS[names[place]](sample)

    started = time.monotonic()
    with ThreadPoolExecutor(THREADS_COUNT) as pool:
        for name, answer in zip(names, pool.map(asked, range(len(names))), strict=True):
            assert answer == alone[name], name
    assert time.monotonic() - started < 120


COLD = """
import flowrisk
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
together = Barrier(8)
def ask(place):
    together.wait(timeout=30)
    dataset = flowrisk.open_dataset()
    return [lambda: dataset.scenario(securities="MSTR").outflows.height,
            lambda: dataset.risk("msci=.4", providers="msci").states.height,
            lambda: dataset.query("select 1 as a").height,
            lambda: dataset.tables("outflow").height][place % 4]()
with ThreadPoolExecutor(8) as pool:
    print(sorted(pool.map(ask, range(8))))
"""


def test_the_first_use_may_be_from_many_threads() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COLD], cwd=ROOT, capture_output=True, text=True, timeout=120,
        check=True,
    )  # fmt: skip
    # one row; two scenarios; two states of one provider; ten columns of the macro
    assert done.stdout.strip() == "[1, 1, 2, 2, 2, 2, 10, 10]"


def test_threads_may_write_side_by_side(sample_result: api.ScenarioResult, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with ThreadPoolExecutor(THREADS_COUNT) as pool:
            written = list(
                pool.map(lambda n: sample_result.write(tmp_path / f"{n}.csv"), range(24))
            )
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert {path.read_bytes() for path in written} == {sample_result.render("csv")}
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o640}
    assert len(list(tmp_path.iterdir())) == 24


def test_threads_may_replace_the_same_file(
    sample_result: api.ScenarioResult, tmp_path: Path
) -> None:
    path = tmp_path / "x.json"
    with ThreadPoolExecutor(THREADS_COUNT) as pool:
        written = pool.map(lambda _: sample_result.write(path, force=True), range(16))
        assert set(written) == {path}
    assert path.read_bytes() == sample_result.render("json")
    assert list(tmp_path.iterdir()) == [path]
