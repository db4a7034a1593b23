"""Results are kept in one private file; what is wrong with it costs no more than computing."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from flowrisk.engines.caching import result_cache
from flowrisk.engines.caching.result_cache import ResultCache
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from pathlib import Path

FILE = "results-1.sqlite"


def test_what_was_written_is_read(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path / "made" / "here")
    assert cache.read(["a"]) == {}
    assert not (tmp_path / "made").exists()  # to look makes nothing
    cache.write({"a": b"1", "b": b""})
    cache.write({"a": b"2"})
    assert ResultCache(tmp_path / "made" / "here").read(["a", "b", "c"]) == {"a": b"2", "b": b""}


def test_those_written_first_make_room_and_the_file_stays_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_cache, "TOTAL_BYTES", 1_000_000)
    cache = ResultCache(tmp_path / "cache")
    cache.write({name: bytes(400_000) for name in "abcdef"})
    assert set(cache.read(list("abcdef"))) == {"e", "f"}
    cache.write({"g": bytes(400_000)})
    assert set(cache.read(list("abcdefg"))) == {"f", "g"}
    assert (tmp_path / "cache" / FILE).stat().st_size < 1_400_000


def test_what_is_damaged_inside_counts_as_absent(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.write({"a": b"1" * 10_000, "b": b"2"})
    content = (tmp_path / FILE).read_bytes()
    at = content.index(b"1" * 100) + 50
    (tmp_path / FILE).write_bytes(content[:at] + b"7" + content[at + 1 :])
    assert cache.read(["a", "b"]) == {"b": b"2"}


@pytest.mark.parametrize(
    "content", [b"no database", b"SQLite format 3\0" + bytes(200), b"x" * 9000]
)
def test_a_damaged_file_is_replaced(tmp_path: Path, content: bytes) -> None:
    cache = ResultCache(tmp_path / "cache")
    cache.write({"a": b"1"})
    (tmp_path / "cache" / FILE).write_bytes(content)
    assert cache.read(["a"]) == {}
    cache.write({"a": b"2"})
    cache.write({"a": b"3"})
    assert cache.read(["a"]) == {"a": b"3"}


def test_a_table_of_another_shape_is_left_alone(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as file:
        file.execute("create table results (other integer)")
    cache.write({"a": b"1"})
    assert cache.read(["a"]) == {}


def test_a_file_that_another_writes_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ResultCache(tmp_path).write({"a": b"1"})
    opened: list[object] = []
    own = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *given, **more: opened.append(1) or own(*given, **more)
    )
    cache = ResultCache(tmp_path)
    with closing(own(tmp_path / FILE)) as file:
        file.execute("begin exclusive")
        assert cache.read(["a"]) == {}
        assert cache.read(["a"]) == {}
        cache.write({"b": b"1"})
    assert len(opened) == 1
    assert ResultCache(tmp_path).read(["a", "b"]) == {"a": b"1"}


def test_an_error_that_is_no_damage_removes_nothing(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.write({"a": b"1"})
    assert cache._looked(lambda file: file.execute("select ?")) is None  # noqa: SLF001 - such errors
    assert cache.read(["a"]) == {"a": b"1"}


@pytest.mark.skipif(sys.platform == "win32", reason="rights are POSIX's")
def test_only_its_owner_may_write_and_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    cache = ResultCache(folder)
    cache.write({"a": b"1"})
    assert (folder.stat().st_mode & 0o777, (folder / FILE).stat().st_mode & 0o777) == (0o700, 0o600)
    (folder / FILE).chmod(0o644)
    cache.write({"a": b"1"})
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    folder.chmod(0o777)
    assert cache.read(["a"]) == {}
    (folder / FILE).unlink()
    cache.write({"a": b"1"})
    assert not (folder / FILE).exists()


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


def test_a_user_without_a_home_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object, **__: object) -> None:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.delenv(result_cache.VARIABLE)
    monkeypatch.setattr("platformdirs.user_cache_path", homeless)
    assert result_cache.opened() is None


def test_a_python_without_sqlite_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(result_cache.VARIABLE, str(tmp_path))
    monkeypatch.setattr(result_cache, "find_spec", lambda _: None)
    assert result_cache.opened() is None
