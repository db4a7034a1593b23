"""What runs a select is told by its files: an engine that is worked on is another one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.engines.caching import code_version

if TYPE_CHECKING:
    import pytest


def test_it_changes_with_the_files_of_the_engines_and_with_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = tmp_path / "engines"
    shutil.copytree(Path(code_version.__file__).parent.parent, engines)
    monkeypatch.setattr(code_version, "_ENGINES", engines)
    first = code_version.code_version()
    assert code_version.code_version() == first
    (tmp_path / "note.txt").write_text("beside them")
    assert code_version.code_version() == first
    with (engines / "duckdb.py").open("a") as file:
        file.write("# another line\n")
    changed = code_version.code_version()
    assert changed != first
    (engines / "caching" / "new.py").touch()
    assert code_version.code_version() not in {first, changed}


def test_it_changes_with_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    first = code_version.code_version()
    monkeypatch.setattr(code_version, "_LIBRARIES", ("duckdb",))
    assert code_version.code_version() != first
