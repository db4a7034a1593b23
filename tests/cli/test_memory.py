"""The memory of an answer as a flag: a size, or refused in words with exit code 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from flowrisk.engines import memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Run

Called = Callable[..., "Run"]

TOO_MUCH = "select len(list(range::varchar)) from range(20000000)"


@pytest.fixture(autouse=True)
def unset() -> Iterator[None]:
    yield
    memory.allow(None)


@pytest.mark.parametrize("command", ["scenario", "risk", "screen", "explain", "check"])
@pytest.mark.parametrize("given", ["4", "GB", "10KB"])
def test_what_is_no_size_is_refused(command: str, given: str, within: Called) -> None:
    run = within(command, "--memory", given)
    assert run.code == 2
    assert f"value: {given}" in run.err
    assert "--memory 4GB" in run.err


def test_a_size_is_taken_and_forgotten_by_the_next_call(within: Called) -> None:
    assert within("check", "--memory", "700MB", "--quiet").code == 0
    assert memory.given() == "700MB"
    assert within("check", "--quiet").code == 0
    assert memory.given() is None


def test_a_query_that_does_not_fit_says_memory(within: Called) -> None:
    run = within("query", TOO_MUCH, "--memory", "100MB")
    assert run.code == 2
    assert "the query needs more memory than it may have" in run.err
    assert "--memory 8GB" in run.err
    assert "flowrisk tables" not in run.err


def test_an_answer_that_does_not_fit_is_refused_as_too_large_a_question(
    within: Called, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowrisk.answers.check.SCOPES", ())
    monkeypatch.setattr("flowrisk.dataset.warehouse.Warehouse.run_checks",
                        lambda store, **_: store.engine.rows(TOO_MUCH))  # fmt: skip
    run = within("check", "--memory", "100MB")
    assert run.code == 2
    assert "The answer needs more memory than it may take." in run.err
    assert "flowrisk tables" not in run.err


def test_the_memory_of_a_cluster_is_not_ours(within: Called) -> None:
    run = within("scenario", "--memory", "4GB", "--engine", "spark",
                 "--engine-url", "sc://localhost:1")  # fmt: skip
    assert run.code == 2
    assert "cluster" in run.err
