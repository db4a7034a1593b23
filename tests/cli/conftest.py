"""The command as a user runs it: one process a question."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from paths import ROOT
from rows import write_dataset

from flowrisk.__main__ import app
from flowrisk.cli import diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Run:
    """How a command ended."""

    code: int
    out: str
    err: str


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a command: this checkout, no settings of the machine."""
    kept = {k: v for k, v in os.environ.items()
            if not k.startswith(("FLOWRISK_", "_FLOWRISK", "NO_COLOR", "FORCE_COLOR"))}  # fmt: skip
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **(extra or {})}


@pytest.fixture(scope="session")
def flowrisk(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Run]:
    """Return a function that runs ``flowrisk`` with these words, from an empty folder."""
    empty = tmp_path_factory.mktemp("empty")

    def run(*words: str | Path, cwd: Path = empty, env: Mapping[str, str] | None = None,
            stdin: str = "") -> Run:  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "flowrisk", *map(str, words)],
            cwd=cwd, env=environment(env), input=stdin, capture_output=True, text=True,
            encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        return Run(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of one security that warns of nothing but its short volume window."""
    return write_dataset(tmp_path_factory.mktemp("small") / "data")


@pytest.fixture
def within(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Run]:
    """Return a function that runs ``flowrisk`` inside this process: the same, without the start."""
    for name in [name for name in os.environ if name.startswith("FLOWRISK_")]:
        monkeypatch.delenv(name)

    def run(*words: str | Path, cwd: Path = tmp_path) -> Run:
        monkeypatch.chdir(cwd)
        capfd.readouterr()
        code = diagnostics.exit_code_of(lambda: app(list(map(str, words)), standalone_mode=False))
        captured = capfd.readouterr()
        return Run(code, captured.out, captured.err)

    return run
