"""The distribution is ``index-flowrisk``: ``flowrisk`` on the package index is another project."""

from __future__ import annotations

import re
import subprocess
import tomllib
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from paths import ROOT

import flowrisk

if TYPE_CHECKING:
    from pathlib import Path

NAME = "index-flowrisk"
# what would install or look up the stranger's package: its name after a word that installs, with
# an extra, or in quotes after a look-up of a version
STRANGER = re.compile(
    r"(?:pip3?|pipx|uv(?: pip| tool)?) (?:install|run|add)(?: +-\S+)* +['\"]?flowrisk\b(?!/)"
    r"|(?:uvx|uv tool run|pipx run) +flowrisk\b"
    r"|(?<![\w-])flowrisk\[(?:[a-z]+,?)+\]"
    r"|(?:version|distribution|metadata|requires)\(['\"]flowrisk['\"]\)"
    r"|^flowrisk *(?:[=<>~]=|@) *\S"
)
HARMLESS = ("uv run flowrisk",)


def texts() -> list[Path]:
    """Every text of the repository but the data, the changelog and this file."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = done.stdout.split("\n")
    kept = {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".jinja", ".sql", ".html", ".sh", ""}
    return [
        path
        for name in listed
        if name and (path := ROOT / name).is_file() and path.suffix in kept
        and path.name != "test_distribution_name.py"
    ]  # fmt: skip


def misleading(text: str) -> list[str]:
    """Lines that have a reader install, or a program look up, the stranger's package."""
    found = []
    for line in text.splitlines():
        told = line
        for each in HARMLESS:
            told = told.replace(each, "")
        if STRANGER.search(told):
            found.append(line.strip())
    return found


@pytest.mark.parametrize(
    "line",
    [
        "pip install flowrisk", "pip install 'flowrisk[spark]'", "uvx flowrisk scenario",
        "pipx install flowrisk", "uv tool install flowrisk", "uv add flowrisk",
        "pip install --quiet flowrisk", 'version("flowrisk")', '"flowrisk[xlsx,spark]",',
        "flowrisk==0.1.0", "uv pip install flowrisk",
    ],
)  # fmt: skip
def test_the_law_sees_each_way_to_the_stranger(line: str) -> None:
    assert misleading(line)


def test_the_law_lets_the_own_name_and_the_command_stand() -> None:
    lines = (
        "pip install 'index-flowrisk[spark]'", "uvx --from index-flowrisk flowrisk scenario",
        "uv run flowrisk scenario", "pip install .", 'import_module("flowrisk")',
        "pip install flowrisk/wheel",
    )  # fmt: skip
    assert not misleading("\n".join(lines))


def test_no_text_leads_to_the_package_of_the_same_name() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in texts()
        if (lines := misleading(path.read_text("utf-8", errors="replace")))
    }
    assert not found


def test_extras_refer_to_the_distribution_itself() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == NAME
    extras = project["optional-dependencies"]
    named = [each for packages in extras.values() for each in packages if "flowrisk" in each]
    assert named
    for each in named:
        assert each.startswith(f"{NAME}["), each
        inside = each.removeprefix(f"{NAME}[").removesuffix("]").split(",")
        assert set(inside) <= set(extras), each


def test_the_installed_distribution_carries_the_name_and_the_version() -> None:
    assert version(NAME) == flowrisk.__version__
