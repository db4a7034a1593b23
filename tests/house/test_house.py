"""The law of the house: short functions, short files, said in words, one direction."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

MODULES = sorted((ROOT / "flowrisk").rglob("*.py"))
LONGEST_FUNCTION_LINES, LONGEST_FILE_LINES = 30, 400
# names that say nothing of what is inside
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "core", "base", "misc", "tools"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|raise NotImplementedError")
# where packages are fetched from is the machine's business
REGISTRIES = re.compile(r"pypi\.org|pythonhosted\.org|registry\.npmjs|index-url|crates\.io/api")
SUFFIXES = {".py", ".sql", ".toml", ".md", ".txt", ".jinja", ".css", ".js", ".csv", ".yml", ".yaml"}


def identified(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def definitions(path: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)]


def own_lines(function: ast.FunctionDef) -> int:
    """Lines of the body without the docstring: the signature of a command is its flags."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def committed() -> list[Path]:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no checkout")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


@pytest.mark.parametrize("path", MODULES, ids=identified)
def test_a_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE_LINES
    assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert not UNFINISHED.search(text)


@pytest.mark.parametrize("path", MODULES, ids=identified)
def test_functions_are_short_and_the_public_ones_are_explained(path: Path) -> None:
    found = definitions(path)
    functions = [each for each in found if isinstance(each, ast.FunctionDef)]
    too_long = {f.name: own_lines(f) for f in functions if own_lines(f) > LONGEST_FUNCTION_LINES}
    assert not too_long
    nested = {id(g) for f in functions for g in ast.walk(f) if g is not f}
    silent = [each.name for each in found if not each.name.startswith("_")
              and id(each) not in nested and not ast.get_docstring(each)]  # fmt: skip
    assert not silent


def test_no_folder_or_file_has_a_name_that_says_nothing() -> None:
    for path in committed():
        parts = {part.removesuffix(path.suffix) for part in path.relative_to(ROOT).parts}
        assert not parts & EMPTY_NAMES, path


def test_no_committed_text_names_a_registry_or_a_path_of_this_machine() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|tmp|root|home/\w+)/")
    for path in committed():
        if path.suffix in SUFFIXES and path.exists() and path != Path(__file__):
            text = path.read_text("utf-8", errors="replace")
            assert not REGISTRIES.search(text), path
            assert not machine.search(text), path


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "sql").rglob("*.sql"), *(ROOT / "tests").rglob("*.py")]),
    ids=identified,
)
def test_a_model_and_a_test_are_as_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE_LINES


def test_no_python_lies_among_sql_and_sample() -> None:
    assert not [*(ROOT / "sql").rglob("*.py"), *(ROOT / "sample_data").rglob("*.py")]


def test_imports_point_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    found = str(command) if command.exists() else shutil.which("lint-imports")
    if found is None:
        pytest.skip("import-linter is not installed")
    done = subprocess.run([found, "--no-cache"], cwd=ROOT, capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
