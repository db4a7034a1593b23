"""What is shipped works where it is installed: wheel, sdist and editable, from any folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from paths import ROOT

COMMAND = ["-m", "flowrisk", "scenario", "--providers", "msci,all"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("packaging")]


def run(*words: str | Path, cwd: Path = ROOT) -> str:
    environment = {k: v for k, v in os.environ.items()
                   if k != "PYTHONPATH" and not k.startswith("FLOWRISK_")}  # fmt: skip
    done = subprocess.run([str(word) for word in words], cwd=cwd, env=environment,
                          capture_output=True, text=True, timeout=600, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment's interpreter."""
    folder = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", folder)
    return folder / "bin/python"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, python: Path) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT)
    return next(folder.glob("index_flowrisk-*.whl"))


def test_the_wheel_holds_what_runs_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for inside, beside in [("sql", "sql"), ("sample_data", "sample_data"),
                           ("json_schemas", "schema"),
                           ("templates", "reports/templates")]:  # fmt: skip
        tracked = {path.relative_to(ROOT / beside).as_posix() for path in files(ROOT / beside)}
        kept = {name for name in tracked if not name.startswith("sources/")}
        packed = {name.removeprefix(f"flowrisk/{inside}/") for name in names
                  if name.startswith(f"flowrisk/{inside}/")}  # fmt: skip
        assert packed == kept
        assert kept
    assert "flowrisk/sample_data/flowrisk.toml" in names
    assert "flowrisk/py.typed" in names
    beside = {name for name in names
              if name.split("/")[0] != "flowrisk" and ".dist-info/" not in name}  # fmt: skip
    assert {name.partition(".data/")[2] for name in beside} == {"data/share/man/man1/flowrisk.1"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    data = [n for n in names if n.startswith(("flowrisk/sql/", "flowrisk/sample_data/"))]
    assert not any(name.endswith(".py") for name in data)


def test_the_wheel_says_what_it_is_called_and_may_be_used_for(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        name = next(each for each in packed.namelist() if each.endswith(".dist-info/METADATA"))
        told = packed.read(name).decode()
    assert "\nName: index-flowrisk\n" in told
    assert "\nLicense-Expression: Apache-2.0\n" in told
    extras = re.findall(r"^Provides-Extra: (\S+)", told, re.MULTILINE)
    assert {"calendar", "shell", "spark", "xlsx"} <= set(extras)
    assert not re.search(r"^Requires-Dist: flowrisk\b", told, re.MULTILINE)


def files(folder: Path) -> list[Path]:
    return [
        path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]


def test_the_installed_wheel_answers_from_the_root_folder(wheel: Path, python: Path) -> None:
    run(python, "-m", "pip", "install", "--quiet", wheel)
    out = run(python, *COMMAND, cwd=Path("/"))
    assert "Strategy" in out
    assert "$8.80bn" in out
    assert out == run(python.with_name("flowrisk"), *COMMAND[2:], cwd=Path("/"))
    where = run(python, "-c", "import flowrisk; print(flowrisk.__file__)", cwd=Path("/"))
    assert not Path(where.strip()).is_relative_to(ROOT)


def test_an_editable_install_answers_from_the_root_folder(wheel: Path, python: Path) -> None:
    run(python, "-m", "pip", "install", "--quiet", wheel)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall",
        "--editable", ROOT)  # fmt: skip
    assert "$8.80bn" in run(python, *COMMAND, cwd=Path("/"))
    where = run(python, "-c", "import flowrisk; print(flowrisk.__file__)", cwd=Path("/"))
    assert Path(where.strip()).is_relative_to(ROOT)


def test_the_sdist_builds_the_same_wheel(wheel: Path, python: Path, tmp_path: Path) -> None:
    run(python, "-m", "pip", "install", "--quiet", "hatchling>=1.27")
    run(python, "-c", "from hatchling.build import build_sdist as b; import sys; b(sys.argv[1])",
        tmp_path)  # fmt: skip
    archive = next(tmp_path.glob("index_flowrisk-*.tar.gz"))
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path, filter="data")
    source = next(path for path in tmp_path.iterdir() if path.is_dir())
    assert {path.name for path in source.iterdir()} == {
        "flowrisk", "sql", "reports", "schema", "sample_data", "LICENSE", "README.md",
        "pyproject.toml", "PKG-INFO", ".gitignore",
    }  # fmt: skip
    out = tmp_path / "wheel"
    run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, source)
    rebuilt = zipfile.ZipFile(next(out.glob("*.whl")))
    assert set(rebuilt.namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_the_lowest_versions_that_are_allowed_give_the_same_answers(
    wheel: Path, tmp_path: Path
) -> None:
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    lowest = [re.sub(r">=([^,]+).*", r"==\1", each) for each in stated]
    assert len(lowest) == len([each for each in lowest if "==" in each]) >= 7
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    flowrisk = tmp_path / "venv/bin/flowrisk"
    run(flowrisk.with_name("python"), "-m", "pip", "install", "--quiet", *lowest, wheel)
    for name in ("answer.json", "page.html", "book.xlsx"):
        run(flowrisk, *COMMAND[2:], "-o", tmp_path / name, cwd=tmp_path)
    here = json.loads(run(sys.executable, *COMMAND, "--format", "json"))
    there = json.loads((tmp_path / "answer.json").read_text("utf-8"))
    assert [row["outflow_usd"] for row in there["outflows"]] == pytest.approx(
        [row["outflow_usd"] for row in here["outflows"]]
    )
