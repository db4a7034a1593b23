"""Results are kept in one private file; what is wrong with it costs no more than computing."""

from __future__ import annotations

import sqlite3
import sys
from typing import TYPE_CHECKING

import pytest

from flowrisk.engines.caching import result_cache
from flowrisk.engines.caching.result_cache import ResultCache
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "results.sqlite"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "made" / "here")
    assert cache.read(["a"]) == {}
    assert not (tmp_path / "made").exists()  # to look makes nothing
    cache.write({"a": b"1", "b": b""})
    cache.write({"a": b"2"})
    assert ResultCache(tmp_path / "made" / "here").read(["a", "b", "c"]) == {"a": b"2", "b": b""}


def test_the_oldest_make_room_and_one_that_is_too_large_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_cache, "TOTAL_BYTES", 250)
    monkeypatch.setattr(result_cache, "ONE_BYTES", 100)
    cache = ResultCache(tmp_path / "cache")
    cache.write({"large": bytes(101)})
    for name in "abc":
        cache.write({name: bytes(100)})
    assert set(cache.read(["a", "b", "c", "large"])) == {"b", "c"}


@pytest.mark.parametrize(
    "content", [b"no database", b"SQLite format 3\0" + bytes(200), b"x" * 9000]
)
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    cache = ResultCache(tmp_path / "cache")
    cache.write({"a": b"1"})
    (tmp_path / "cache" / FILE).write_bytes(content)
    assert cache.read(["a"]) == {}
    cache.write({"a": b"2"})
    cache.write({"a": b"2"})
    assert cache.read(["a"]) == {"a": b"2"}


def test_a_table_of_another_shape_is_left_alone(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("create table results (other integer)")
    cache.write({"a": b"1"})
    assert cache.read(["a"]) == {}


def test_a_file_that_another_writes_is_not_waited_for(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.write({"a": b"1"})
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("begin exclusive")
        assert cache.read(["a"]) == {}
        cache.write({"b": b"1"})
        file.rollback()
    assert cache.read(["a", "b"]) == {"a": b"1"}


@pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX's")
def test_only_its_owner_may_write_and_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = ResultCache(folder)
    cache.write({"a": b"1"})
    assert (folder.stat().st_mode & 0o777, (folder / FILE).stat().st_mode & 0o777) == (0o700, 0o600)
    folder.chmod(0o777)
    assert cache.read(["a"]) == {}


@pytest.mark.parametrize("name", ["file/below", "x" * 300, "file"])
def test_a_place_that_cannot_be_used_keeps_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    cache = ResultCache(tmp_path / name)
    cache.write({"a": b"1"})
    assert cache.read(["a"]) == {}


def test_the_variable_names_the_folder_or_switches_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(result_cache.VARIABLE, "off")
    assert result_cache.opened() is None
    monkeypatch.setenv(result_cache.VARIABLE, str(tmp_path / "here"))
    cache = result_cache.opened()
    assert cache is not None
    cache.write({"a": b"1"})
    assert [path.name for path in (tmp_path / "here").iterdir()] == [FILE]


@pytest.mark.parametrize("told", ["no", "0", "false", "cache", "./cache", "~nobody/x"])
def test_a_variable_that_says_neither_is_refused(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(result_cache.VARIABLE, told)
    with pytest.raises(QuestionError, match="FLOWRISK_CACHE"):
        result_cache.opened()


def test_where_nothing_is_said_it_is_the_place_of_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(result_cache.VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    cache = result_cache.opened()
    assert cache is not None
    cache.write({"a": b"1"})
    assert [path.parent.name for path in tmp_path.rglob(FILE)] == ["flowrisk"]
