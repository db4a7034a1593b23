"""What an answer may take is held to, what does not fit goes to disk, and too much is said so."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flowrisk.dataset import folder, warehouse
from flowrisk.engines import memory
from flowrisk.engines.duckdb import DuckDB
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterator

# one value that is larger than what is allowed, and so cannot go to disk in parts
TOO_MUCH = "select list(range::varchar) as texts from range(20000000)"
ROWS = (
    "create table t as select range as n, range::varchar || repeat('x', 80) as text "
    "from range(1500000)"
)


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(memory.VARIABLE, raising=False)
    memory.allow(None)
    yield
    memory.allow(None)


def limit_of(engine: DuckDB) -> float:
    ((told,),) = engine.rows("select current_setting('memory_limit')")
    return memory.bytes_of(str(told))


@pytest.mark.parametrize(
    ("size", "expected"),
    [("4GB", 4e9), ("1.5 GiB", 1.5 * 2**30), ("800mb", 8e8), ("2tib", 2 * 2**40),
     ("", 0), ("4", 0), ("GB", 0), ("-4GB", 0), ("4GBB", 0), ("50%", 0), ("1e3GB", 0)],
)  # fmt: skip
def test_sizes(size: str, expected: float) -> None:
    assert memory.bytes_of(size) == expected


def test_the_variable_counts_as_it_is_when_an_engine_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for size in ("1GiB", "2GiB"):
        monkeypatch.setenv(memory.VARIABLE, size)
        with closing(DuckDB()) as engine:
            assert limit_of(engine) == memory.bytes_of(size)
    monkeypatch.delenv(memory.VARIABLE)
    assert memory.given() is None


@pytest.mark.parametrize("size", ["4", "0GB", "63MiB", "all"])
def test_what_is_no_size_is_refused_by_the_flag_or_variable_it_came_from(
    size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(QuestionError, match="--memory"):
        memory.allow(size)
    monkeypatch.setenv(memory.VARIABLE, size)
    with pytest.raises(QuestionError, match="FLOWRISK_MEMORY"):
        DuckDB()


def test_half_the_machine_unless_told_by_flag_else_by_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(DuckDB()) as engine:
        half = limit_of(engine)
        engine.connection.execute("set memory_limit = '100%'")
        assert half == pytest.approx(limit_of(engine) / 2, rel=0.02)
    monkeypatch.setenv(memory.VARIABLE, "3GiB")
    with closing(DuckDB()) as engine:
        assert limit_of(engine) == 3 * 2**30
    memory.allow("2GiB")
    with closing(DuckDB()) as engine:
        assert limit_of(engine) == 2 * 2**30


@pytest.mark.parametrize("given", [None, "300MiB", "2GiB"])
def test_a_pass_over_a_whole_lake_takes_less_unless_told(given: str | None) -> None:
    memory.allow(given)
    opened = folder.open_folder()
    with closing(DuckDB()) as engine:
        usual = limit_of(engine)
        warehouse.Warehouse(opened, engine, is_whole=True)
        least = min(usual, memory.bytes_of(memory.STREAMED))
        assert limit_of(engine) == (memory.bytes_of(given) if given else least)


def test_what_does_not_fit_goes_to_temporary_files_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spilled").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "spilled"))
    monkeypatch.chdir(tmp_path)
    memory.allow("64MiB")
    with closing(DuckDB()) as engine:
        engine.connection.execute(ROWS)
        assert [path.name for path in tmp_path.iterdir()] == ["spilled"]
        assert any((tmp_path / "spilled").iterdir())
        assert engine.rows("select count(*), sum(n) from t") == [(1_500_000, 1124999250000)]
    assert not any(tmp_path.rglob("*duckdb_temp*"))


def test_an_answer_that_does_not_fit_says_memory_whoever_reads_it() -> None:
    memory.allow("64MiB")
    with closing(DuckDB()) as engine:
        asked = (engine.rows, engine.frame, lambda sql: engine.frames([sql]))
        for ask in asked:
            with pytest.raises(QuestionError, match="needs more memory") as caught:
                ask(TOO_MUCH)
            assert "--memory 8GB" in caught.value.remedy
            assert "flowrisk tables" not in str(caught.value)
            assert "Possible solutions" not in str(caught.value)
