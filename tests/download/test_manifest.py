"""The manifest: what it says is kept, what is not ours is left, what lies or is newer refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flowrisk.download import manifest
from flowrisk.download.manifest import Entry
from flowrisk.errors import DataError

ENTRY = Entry("https://www.sec.gov/x.zip", "ab" * 32, 5, "2026-07-10T08:00:00+00:00", '"1"')


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    entries = {"b.zip": ENTRY, "a.zip": ENTRY}
    manifest.write(tmp_path, entries)
    assert manifest.read(tmp_path) == entries
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
    assert ENTRY.told == "fetched from https://www.sec.gov/x.zip on 2026-07-10"


@pytest.mark.parametrize(
    "content", ["", "{}", '{"name": "a web app", "files": {}}', "not json", '{"nodes": []}']
)
def test_a_manifest_of_others_says_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content, "utf-8")
    assert manifest.read(tmp_path) == {}
    assert manifest.entry_of(tmp_path / "x.zip", "00") is None


@pytest.mark.parametrize(
    "change",
    [
        {"files": None}, {"files": [1]}, {"files": {"x": {}}}, {"files": {"x": {"address": 1}}},
        {"schema_version": None, "files": {"x": 5}}, "flowrisk fetch", '{"flowrisk fetch',
    ],
)  # fmt: skip
def test_one_of_ours_that_is_broken_is_refused(tmp_path: Path, change: object) -> None:
    manifest.write(tmp_path, {"x.zip": ENTRY})
    path = tmp_path / "manifest.json"
    document = json.loads(path.read_text("utf-8"))
    told = change if isinstance(change, str) else json.dumps({**document, **change})  # type: ignore[dict-item]
    path.write_text(told, "utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        manifest.read(tmp_path)


def test_one_of_a_newer_flowrisk_is_refused_in_words(tmp_path: Path) -> None:
    manifest.write(tmp_path, {"x.zip": ENTRY})
    path = tmp_path / "manifest.json"
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**document, "schema_version": 2, "files": 7}), "utf-8")
    with pytest.raises(DataError, match="newer flowrisk") as refused:
        manifest.read(tmp_path)
    assert "Update flowrisk" in refused.value.remedy


def test_a_manifest_that_speaks_of_another_content_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"other")
    manifest.write(tmp_path, {"x.zip": ENTRY})
    with pytest.raises(DataError, match="not the one that its manifest says"):
        manifest.entry_of(path, manifest.digest(path))
    assert manifest.entry_of(path, ENTRY.sha256) == ENTRY
