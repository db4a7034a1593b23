"""Tasks that wait for others run after them, the longest way to the end first."""

from __future__ import annotations

import threading
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.engines import side_by_side
from flowrisk.engines.duckdb import DuckDB
from flowrisk.engines.engine import Definition
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable


@given(
    st.lists(st.sets(st.integers(0, 11)), max_size=12),
    st.integers(1, 4),
)
def test_each_runs_once_and_after_what_it_waits_for(
    earlier: list[set[int]], threads_count: int
) -> None:
    after = {str(i): {str(j) for j in each if j < i} for i, each in enumerate(earlier)}
    done: list[str] = []
    tasks = {name: partial(done.append, name) for name in after}
    side_by_side.run(tasks, after, threads_count=threads_count)
    assert sorted(done) == sorted(after)
    assert all(done.index(each) < done.index(name) for name in after for each in after[name])


def test_the_longest_way_to_the_end_goes_first() -> None:
    after = {"alone": (), "first": (), "second": ("first",), "last": ("second",)}
    done: list[str] = []
    tasks = {name: partial(done.append, name) for name in after}
    side_by_side.run(tasks, after, threads_count=1)
    assert done[0] == "first"


def test_two_run_at_a_time() -> None:
    met = threading.Barrier(2, timeout=30)

    def meet() -> None:
        met.wait()

    tasks = {"a": meet, "b": meet}
    side_by_side.run(tasks, {"a": (), "b": ()}, threads_count=2)


def test_what_one_raises_comes_out_and_nothing_more_begins() -> None:
    def fail() -> None:
        raise ValueError("broken")

    done: list[str] = []
    tasks: dict[str, Callable[[], None]] = {
        "a": fail,
        "b": partial(done.append, "b"),
        "c": partial(done.append, "c"),
    }
    with pytest.raises(ValueError, match="broken"):
        side_by_side.run(tasks, {"a": (), "b": ("a",), "c": ("b",)}, threads_count=2)
    assert done == []


def test_what_runs_beside_one_that_fails_is_interrupted() -> None:
    is_running, is_interrupted = threading.Event(), threading.Event()

    def fail() -> None:
        assert is_running.wait(30)
        raise ValueError("broken")

    def run_on() -> None:
        is_running.set()
        assert is_interrupted.wait(30)

    with pytest.raises(ValueError, match="broken"):
        side_by_side.run({"a": fail, "b": run_on}, {"a": (), "b": ()}, threads_count=2,
                         interrupt=is_interrupted.set)  # fmt: skip
    assert is_interrupted.is_set()


def test_a_statement_that_runs_beside_one_that_fails_ends_with_it() -> None:
    """Some 10^14 rows are summed for days, unless the thread is interrupted."""
    endless = "select sum(one.range) from range(10000000) as one, range(10000000) as other"
    with closing(DuckDB()) as engine, pytest.raises(DataError, match="could not be read"):
        engine.rows_of_each([Definition("a", endless), Definition("b", "select error('broken')")])
