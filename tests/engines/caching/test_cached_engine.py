"""Asked again over the same files an answer is read; asked otherwise, or of others, computed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from asks import ASKS
from rows import AS_OF, SECURITY

from flowrisk import api
from flowrisk.dataset import resources
from flowrisk.engines.caching import cached_engine, code_version, result_cache
from flowrisk.engines.duckdb import DuckDB

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE = "results-1.sqlite"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep results, also of files that were written just now; return where."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(result_cache.VARIABLE, str(folder))
    monkeypatch.setattr(cached_engine, "_SETTLED_NS", 0)
    return folder / FILE


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list to which each select that is computed over a dataset is added."""
    selects: list[str] = []

    def noted(name: str) -> None:
        own: Callable[..., Any] = getattr(DuckDB, name)

        def run(self: DuckDB, asked: Any, *rest: Any, **more: Any) -> Any:
            told = [asked] if isinstance(asked, str) else [getattr(a, "sql", a) for a in asked]
            selects.extend(told)
            return own(self, asked, *rest, **more)

        monkeypatch.setattr(DuckDB, name, run)

    for name in ("rows_of_each", "frames", "frame", "rows"):
        noted(name)
    return selects


def told(result: Any) -> str:
    """Return a result as the JSON of the command line."""
    return str(result.render("json").decode())


@pytest.mark.parametrize("name", [name for name in ASKS if name != "compare"])
def test_asked_again_nothing_is_computed_and_the_answer_is_the_same(
    name: str, kept: Path, computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api.open_dataset()
    first = told(ASKS[name](made))
    assert kept.exists()
    assert computed
    computed.clear()
    assert told(ASKS[name](made)) == first
    assert not computed
    monkeypatch.setenv(result_cache.VARIABLE, "off")
    assert told(ASKS[name](made)) == first
    assert computed


@pytest.mark.parametrize(
    "asked",
    [
        {"securities": "MARA"}, {"as_of": "2025-10-31"}, {"method": "model"}, {"drift": 0.1},
        {"participation": 0.1}, {"price": "MSTR=100"}, {"providers": "ftse-russell"},
        {"watch_list": "miners"}, {"max_age": 30}, {"treatment": "msci=include"},
    ],
    ids=str,
)  # fmt: skip
def test_another_question_is_another_answer(
    asked: dict[str, Any], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api.open_dataset()
    made.scenario()
    assert kept.exists()
    found = told(made.scenario(**asked))
    monkeypatch.setenv(result_cache.VARIABLE, "off")
    assert told(made.scenario(**asked)) == found


def test_a_file_of_the_dataset_that_changes_changes_the_answer(
    make_dataset: Callable[..., api.Dataset], kept: Path, computed: list[str]
) -> None:
    made = make_dataset()
    first = made.scenario(providers="all", as_of=AS_OF).outflows["outflow_shares"].to_list()
    assert first == [1_000.0]
    path = next((made.path / "holdings").rglob("*.parquet"))
    times = path.stat()
    frame = pl.read_parquet(path).with_columns(shares=pl.lit(2_000.0))
    frame.write_parquet(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # as a copy with its times does
    assert kept.exists()
    computed.clear()
    found = api.open_dataset(made.path).scenario(providers="all", as_of=AS_OF)
    assert found.outflows["outflow_shares"].to_list() == [2_000.0]
    assert computed


def test_a_file_of_reference_counts(make_dataset: Callable[..., api.Dataset], kept: Path) -> None:
    made = make_dataset()
    asked = {"providers": "all", "as_of": AS_OF}
    assert made.scenario(**asked).outflows["outflow_usd"].to_list() == [160_000.0]
    assert kept.exists()
    folder = made.path / "reference"
    folder.mkdir()
    (folder / "prices.csv").write_text(
        f"security_id,priced_on,close_usd,volume_shares\n{SECURITY},{AS_OF},320,12000\n"
    )
    found = api.open_dataset(made.path).scenario(**asked)
    assert found.outflows["outflow_usd"].to_list() == [320_000.0]


def test_files_that_have_just_changed_are_not_kept(
    make_dataset: Callable[..., api.Dataset], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(result_cache.VARIABLE, str(tmp_path / "cache"))
    made = make_dataset()
    made.scenario(providers="all", as_of=AS_OF)
    assert not (tmp_path / "cache").exists()


def test_a_file_that_changes_while_it_is_asked_keeps_nothing(
    make_dataset: Callable[..., api.Dataset], kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    own = DuckDB.rows_of_each

    def touched(self: DuckDB, *given: Any, **more: Any) -> Any:
        found = own(self, *given, **more)
        os.utime(made.path / "prices.parquet")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(DuckDB, "rows_of_each", touched)
        patched.setattr("flowrisk.dataset.folder.Folder.signature", lambda _, **__: ())
        made.scenario(providers="all", as_of=AS_OF)
    assert not kept.exists()


def test_portfolios_of_the_user_are_not_kept(
    make_dataset: Callable[..., api.Dataset], kept: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book.csv"
    book.write_text("portfolio,identifier,index,shares\nmine,AAA,msci-world,7654321\n")
    made = make_dataset()
    found = made.scenario(providers="all", as_of=AS_OF, book=book)
    assert found.book.height == 1
    assert not kept.exists()


def test_a_check_of_the_dataset_looks_anew(
    make_dataset: Callable[..., api.Dataset], kept: Path, computed: list[str]
) -> None:
    made = make_dataset()
    for _ in range(2):
        computed.clear()
        made.check()
        assert computed
    assert not kept.exists()


def test_what_is_kept_of_one_question_serves_another(kept: Path, computed: list[str]) -> None:
    made = api.open_dataset()
    made.scenario()
    assert kept.exists()
    count = len(computed)
    computed.clear()
    made.scenario(participation=0.1)
    assert 0 < len(computed) < count


def test_kept_bytes_that_are_damaged_are_computed_again(
    make_dataset: Callable[..., api.Dataset], kept: Path
) -> None:
    made = make_dataset()
    asked = {"providers": "all", "as_of": AS_OF}
    first = told(made.scenario(**asked))
    half = "substr(content, 1, length(content) / 2)"
    with sqlite3.connect(kept) as file:
        file.execute(f"update results set content = cast({half} || zeroblob(99) as blob)")
    assert told(made.scenario(**asked)) == first


def test_what_other_code_counted_is_computed_again(
    kept: Path, computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = api.open_dataset()
    made.scenario()
    assert kept.exists()
    computed.clear()
    monkeypatch.setattr(code_version, "code_version", lambda: "other")
    made.scenario()
    assert computed


def test_a_copy_elsewhere_is_another_dataset(
    kept: Path, computed: list[str], tmp_path: Path
) -> None:
    shutil.copytree(resources.sample_folder(), tmp_path / "copy")
    api.open_dataset().scenario()
    computed.clear()
    api.open_dataset(tmp_path / "copy").scenario()
    assert kept.exists()
    assert computed
