"""The manual: its examples run, its printed outputs are real, it covers every command and table.

The examples of a page run in the order of the page, in a folder of their own:

- ``sh``: every line succeeds.
- ``console``: a line ``$ …`` and what it prints on stdout (on stderr where it refuses); a line
  ``…`` stands for any number of lines.
- ``python``: the blocks of a page share their names, as in one session.
- a block with a ``title`` is a file of the folder.

A comment before a block says why it is not run here: ``<!-- needs: … -->`` (``UNRUN``; real files
are used where they are), or ``<!-- run by: … -->``.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from conftest import REAL, missing
from paths import ROOT

from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import tables

if TYPE_CHECKING:
    from types import ModuleType

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
RUN = {"sh", "console", "python"}
TIMING = {"benchmarks.md"}
UNRUN = {"a fresh machine", "a cluster", "cron and a mail program", "the network", "time and disk"}
BLOCK = re.compile(
    r"^(?:<!-- (?P<marker>needs|run by): (?P<reason>.+?) -->\n+)?"
    r"^```(?P<language>\w*)(?: title=\"(?P<title>.+?)\")?\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
SECTION = re.compile(r"^### ([\w. ]+)\n(.*?)(?=^##)", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"[|;&<>$`]")
GROUP: Any = typer.main.get_command(app)


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    page: str
    marker: str | None
    reason: str | None
    language: str
    title: str | None
    text: str
    line: int

    @property
    def needs_real_files(self) -> bool:
        return (self.marker, self.reason) == ("needs", "real-files")

    @property
    def lines(self) -> list[str]:
        return [line.split("  # ")[0].strip() for line in self.text.splitlines() if line.strip()]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    text = page.read_text("utf-8")
    return [
        Block(named(page), **found.groupdict(), line=text.count("\n", 0, found.start("text")))
        for found in BLOCK.finditer(text)
    ]


BLOCKS = {page: blocks(page) for page in PAGES}
RUN_PAGES = [
    pytest.param(page, id=named(page), marks=[pytest.mark.slow] if page.name in TIMING else [])
    for page, found in BLOCKS.items()
    if any(block.language in RUN and not block.marker for block in found)
]


class Session:
    """One folder and one Python session in which the blocks of a page run in order."""

    def __init__(self, folder: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.captured = captured
        self.names: dict[str, object] = {}

    def play(self, chosen: list[Block]) -> None:
        for block in chosen:
            if block.title:
                (self.folder / block.title).write_text(block.text, "utf-8")
            elif block.language == "python":
                source = "\n" * block.line + block.text  # a failure shows the line of the page
                exec(compile(source, block.page, "exec"), self.names)  # noqa: S102 - our page
            elif block.language == "sh":
                self.succeed(block)
            elif block.language == "console":
                self.compare(block)

    def succeed(self, block: Block) -> None:
        for line in block.lines:
            code, _, err = self.execute(line)
            assert code == 0, f"{block.page}: {line}\n{err}"

    def compare(self, block: Block) -> None:
        command, *expected = block.text.rstrip("\n").split("\n")
        code, out, err = self.execute(command.removeprefix("$ "))
        assert_alike((err if code else out).rstrip("\n").split("\n"), expected)

    def execute(self, line: str) -> tuple[int, str, str]:
        """Run a line inside this process where it is one plain command, else in a shell."""
        self.captured.readouterr()
        words = shlex.split(line)
        if words[0] == "flowrisk" and not SHELL.search(re.sub(r'"[^"]*"', "", line)):
            code = diagnostics.exit_code_of(lambda: app(words[1:], standalone_mode=False))
        else:
            code = subprocess.run(["bash", "-ec", line], check=False).returncode
        return code, *self.captured.readouterr()


@pytest.fixture
def session(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Session:
    """A session in an empty folder with the benchmarks and, where they are, the real files."""
    for name in [name for name in os.environ if name.startswith("FLOWRISK_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "benchmarks").symlink_to(ROOT / "benchmarks")
    if REAL.exists():
        (tmp_path / "real").symlink_to(REAL.resolve())
    return Session(tmp_path, capfd)


def assert_alike(printed: list[str], expected: list[str]) -> None:
    """Compare what was printed with a page, whose ``…`` stands for any number of lines."""
    pattern = "\n".join(".*" if line == "…" else re.escape(line) for line in expected)
    if not re.fullmatch(pattern, "\n".join(printed), re.DOTALL):
        assert "\n".join(printed) == "\n".join(expected)


@pytest.mark.parametrize("page", RUN_PAGES)
def test_the_examples_of_a_page_run(page: Path, session: Session) -> None:
    is_real_here = REAL.exists()
    found = BLOCKS[page]
    session.play([b for b in found if not b.marker or (b.needs_real_files and is_real_here)])
    if any(block.needs_real_files for block in found) and not is_real_here:
        missing("real-files", "the examples that read ../shared/real were left out")


def test_what_is_not_run_says_why_and_names_what_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for block in (b for found in BLOCKS.values() for b in found if b.marker):
        if block.marker == "run by":
            assert (ROOT / str(block.reason)).exists(), block.page
            continue
        assert block.needs_real_files or block.reason in UNRUN, block.page
        for target in re.findall(r"^make (\w+)", block.text, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
        for script in re.findall(r"\b(?:benchmarks|scripts)/\w+\.py", block.text):
            assert (ROOT / script).exists(), script
        for line in block.lines:
            assert not line.startswith("flowrisk") or block.reason != "a fresh machine", line


def test_every_shown_command_is_in_a_block_that_is_run() -> None:
    for block in (b for found in BLOCKS.values() for b in found):
        if block.language not in RUN and block.page != "docs/cli.md":
            shown = [
                line for line in block.text.splitlines() if line.startswith(("flowrisk ", "$ "))
            ]
            assert not shown, f"{block.page} shows {shown} in a block that nothing runs"


def test_inline_commands_parse() -> None:
    for page in PAGES:
        prose = BLOCK.sub("", page.read_text("utf-8"))
        for text in re.findall(r"`flowrisk ([a-z]\w+(?: [^`]+)?)`", prose):
            name, *words = shlex.split(text)
            assert name in GROUP.commands, f"{named(page)}: flowrisk {text}"
            known = {flag for each in GROUP.commands[name].params for flag in each.opts}
            given = {word.split("=")[0] for word in words if word.startswith("-")}
            assert given <= known | {"--help"}, f"{named(page)}: flowrisk {text}"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def build_docs() -> ModuleType:
    return script("build_docs")


@pytest.fixture(scope="module")
def count_words() -> ModuleType:
    return script("count_words")


@pytest.mark.parametrize("name", ["cli.md", "data-dictionary.md"])
def test_a_generated_page_is_current(name: str, build_docs: ModuleType) -> None:
    assert set(build_docs.PAGES) == {"cli.md", "data-dictionary.md"}
    written = (DOCS / name).read_text("utf-8")
    assert written == build_docs.PAGES[name](), "run: python scripts/build_docs.py --pages-only"


def test_the_manual_page_is_current_and_names_every_command_and_flag(
    build_docs: ModuleType,
) -> None:
    written = build_docs.MAN.read_text("utf-8")
    assert written == build_docs.man_page(), "run: python scripts/build_docs.py --pages-only"
    plain = written.replace("\\-", "-")
    for name, command in GROUP.commands.items():
        assert f"\n.SS flowrisk {name}" in plain
        flags = [flag for each in command.params for flag in each.opts if flag.startswith("-")]
        assert not [
            flag for flag in flags if flag != "--help-all" and f"\\fB{flag}\\fR" not in plain
        ]
    # a line that began with a dot or an apostrophe would be a command of man's own
    begun = {line.split()[0] for line in written.splitlines() if line.startswith((".", "'"))}
    assert begun <= {'.\\"', ".TH", ".SH", ".SS", ".TP", ".PP", ".nf", ".fi"}
    if shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=written, text=True,
                              capture_output=True, timeout=60, check=True)  # fmt: skip
        assert not done.stderr
        assert "flowrisk scenario" in done.stdout


def test_the_manual_stays_short_and_the_quick_start_fits_a_screen(count_words: ModuleType) -> None:
    counts = count_words.counts()
    # it was 31,684 by this count before what commands share was said once
    assert sum(counts.values()) < 24_500
    assert len((DOCS / "tutorial.md").read_text("utf-8").splitlines()) <= 45
    assert counts["tutorial.md"] < 120
    assert count_words.words_count("`a` and b\n```sh\nx y\n```\n[c d](e/f.md) | -- |") == 5


def test_every_command_and_flag_is_on_the_command_page() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    sections = dict(
        re.findall(r"^## flowrisk ([\w-]+)\n(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL)
    )
    assert set(sections) == set(GROUP.commands)
    shared = page.partition("## Shared options")[2]
    groups = dict(
        re.findall(r"^\*\*(\w+)\*\*\n(.*?)(?=^\*\*|^## )", shared, re.MULTILINE | re.DOTALL)
    )
    every = re.findall(r"Every command takes .*?\.", shared)[0]
    assert {"Question", "Method", "Data", "Output"} == set(groups)
    for name, command in GROUP.commands.items():
        flags = [each.opts[0] for each in command.params if each.name != "help_all"
                 and each.param_type_name == "option"]  # fmt: skip
        assert flags
        whole = [text for group, text in groups.items() if f"all of *{group}*" in sections[name]]
        told = "".join([sections[name], every, *whole])
        assert not [flag for flag in flags if f"`{flag}`" not in told], name
        assert all(f"`{flag}`" in page for each in command.params for flag in each.opts
                   if flag.startswith("-") and flag != "--help-all")  # fmt: skip
    assert all(f"`{flag}`" in page for each in GROUP.params for flag in each.opts)


def test_every_table_mart_and_check_is_in_the_dictionary() -> None:
    page = (DOCS / "data-dictionary.md").read_text("utf-8")
    sections = dict(SECTION.findall(page))
    for table in tables().values():
        assert all(f"| `{c.name}` |" in sections[f"raw.{table.name}"] for c in table.columns)
    for model in sql_models.models().values():
        if model.layer == "marts":
            assert model.description in sections[model.qualified_name]
        else:
            name = model.name if model.layer == "checks" else model.qualified_name
            assert f"| `{name}` |" in page, model.qualified_name


def test_the_dictionary_has_the_columns_of_every_answer(build_docs: ModuleType) -> None:
    page = (DOCS / "data-dictionary.md").read_text("utf-8")
    sections = dict(SECTION.findall(page))
    for command, answer in build_docs.answers().items():
        own = sections.get(command, "")
        for name, frame in answer.answer.marts.items():
            rows = [line for line in own.splitlines() if line.startswith(f"| `{name}` |")]
            section = sections.get(f"marts.{name}") or "".join(rows)
            assert all(f"`{column}`" in section for column in frame.columns), (command, name)


def test_the_json_page_names_every_key(build_docs: ModuleType) -> None:
    prose = (DOCS / "json.md").read_text("utf-8")
    for command, answer in build_docs.answers().items():
        for key, value in json.loads(answer.render("json")).items():
            assert f"`{key}`" in prose, command
            if key == "dataset":
                assert all(f"`{each}`" in prose for each in [*value, *value["tables"][0]])
            if key in {"scenarios", "warnings"} and value:
                assert all(f"`{each}`" in prose for each in value[0])


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as the generator makes them."""
    heads = re.findall(r"^#+ (.+)$", BLOCK.sub("", path.read_text("utf-8")), re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", head).strip().lower() for head in heads)
    return {re.sub(r"[-\s]+", "-", head) for head in plain}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    made = {f"reports/{name}" for name in re.findall(r"-o (\S+\.html)",
            (DOCS / "gallery.md").read_text("utf-8"))}  # fmt: skip
    for target in (found["target"] for found in LINK.finditer(page.read_text("utf-8"))):
        if target.startswith("https://") or (page.name == "gallery.md" and target in made):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.exists(), f"{named(page)} links to {target}"
        if anchor:
            assert anchor in anchors(path), f"{named(page)} links to {target}"
