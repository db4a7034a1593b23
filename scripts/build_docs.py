"""Write the generated pages of the manual and build it: ``python scripts/build_docs.py``.

Owns ``docs/cli.md`` and ``docs/data-dictionary.md``, which follow the commands, the contract and
the SQL headers, and the reports that the gallery links: they are made while the site is built, by
the very commands the gallery shows, and never committed. Nothing is fetched from a network.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from flowrisk.dataset.contract import Table

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_NOTE = "<!-- written by scripts/build_docs.py: edit what it reads, not this page -->\n"
_EXAMPLE_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ABOUT_COMMANDS = (
    "Options stand in any position. stdout carries the result only; progress, notes and "
    "warnings go to stderr, and `-q` silences them. Every command that asks a question takes the "
    "same options of question, method, data and output; ratios are taken as `0.2` or `20%`. "
    "`flowrisk COMMAND --help` shows the common ones on one screen, `--help-all` all.\n"
)
_ABOUT_DATA = (
    "A dataset is a folder of parquet files, one a table (`holdings/` is a folder of months). "
    "SQL views read them and each other: `raw` → `staging` → `intermediate` → `marts`; "
    "`flowrisk query` reads all of them. The suffix of a column is its unit: "
    "[glossary](glossary.md).\n"
)
_ABOUT_MARTS = (
    "What a reader asks for. Columns *added in Python* are in results and exports, not in SQL.\n"
)
_ABOUT_FRAMES = (
    "Parts of a result that rest on assumptions and so have no SQL: attributes of a Python "
    "result, arrays of the JSON, never views.\n"
)
_ABOUT_CHECKS = (
    "A check is a true sentence; its rows are the counter-examples. `refuse` stops with exit "
    "code 3, `warn` is said and stops under `--strict`, `note` informs.\n"
)
_COLUMNS = """
    select table_name, column_name, lower(data_type) as data_type
    from duckdb_columns()
    where schema_name = 'marts'
    order by table_name, column_index
"""
# options of the command itself first, then in the order of its help
_HEADINGS = (None, "Question", "Method", "Data", "Output")
_PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"


def cli_page() -> str:
    """Return the page of every command and flag, from the commands themselves."""
    import typer

    from flowrisk.__main__ import app

    group: Any = typer.main.get_command(app)
    return "\n".join([
        _NOTE,
        "# Commands\n",
        f"{group.help}\n",
        _ABOUT_COMMANDS,
        _table(("command", "answers"), (
            (f"[`flowrisk {name}`](#flowrisk-{name})", _first_line(command.help))
            for name, command in group.commands.items()
        )),
        "Options of `flowrisk` itself:\n",
        _options(group.params),
        *(_command(name, command) for name, command in group.commands.items()),
        _settings(),
        _exit_codes(),
    ])  # fmt: skip


def dictionary_page() -> str:
    """Return the page of every table, view, check and frame, from the contract and the SQL."""
    from flowrisk import api
    from flowrisk.dataset import sql_models

    sample = api.open_dataset()
    known = list(sql_models.models().values())
    return "\n".join([
        _NOTE,
        "# Data dictionary\n",
        _ABOUT_DATA,
        "## Tables of a dataset\n",
        *_contract(),
        "## Marts\n",
        _ABOUT_MARTS,
        *_marts(sample, known),
        "## Frames that Python adds\n",
        _ABOUT_FRAMES,
        *_frames(),
        "## Views between\n",
        _table(("view", "one row each", "what it is"), (
            (f"`{model.qualified_name}`", _codes(model.grain), model.description)
            for layer in ("intermediate", "staging") for model in _layer(known, layer)
        )),
        "## Checks\n",
        _ABOUT_CHECKS,
        _table(("check", "severity", "what it says when it finds something", "remedy"), (
            (f"`{model.name}`", *(model.facts[fact] for fact in ("severity", "says", "remedy")))
            for model in _layer(known, "checks")
        )),
    ])  # fmt: skip


PAGES: dict[str, Callable[[], str]] = {"cli.md": cli_page, "data-dictionary.md": dictionary_page}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(cell.replace("|", "\\|") or "–" for cell in row) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names if name)


def _first_line(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _command(name: str, command: Any) -> str:  # noqa: ANN401 - Typer's own types are private
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    words = [_argument(each) for each in arguments]
    examples = str(command.epilog).split("Examples:\n")[1].splitlines()
    return "\n".join([
        f"## flowrisk {name}\n",
        f"{command.help}\n",
        "```text",
        " ".join(["flowrisk", name, "[OPTIONS]", *words]),
        "```\n",
        *([_table(("argument", "meaning"), (
            (f"`{word}`", each.help or "") for word, each in zip(words, arguments, strict=True)
        ))] if arguments else []),
        _options([each for each in command.params if each not in arguments]),
        "Examples:\n",
        "<!-- run by: tests/cli -->\n",
        "```sh",
        *(line.strip() for line in examples if line.strip()),
        "```\n",
    ])  # fmt: skip


def _argument(argument: Any) -> str:  # noqa: ANN401
    word = argument.metavar or str(argument.name).upper()
    return word if argument.required else f"[{word}]"


def _options(options: Iterable[Any]) -> str:
    listed = sorted(
        (each for each in options if each.name != "help_all"),
        key=lambda option: _HEADINGS.index(option.rich_help_panel),
    )
    return _table(("option", "value", "group", "meaning"), (
        (
            _codes([*option.opts, *option.secondary_opts]),
            "" if option.is_flag else f"`{option.metavar or option.type.name.upper()}`",
            option.rich_help_panel or "",
            _told(option),
        )
        for option in listed
    ))  # fmt: skip


def _told(option: Any) -> str:  # noqa: ANN401
    told = option.help or ""
    if option.required:
        return f"{told} [required]"
    is_said = option.is_flag or option.default is None or "[default" in told
    return told if is_said else f"{told} [default: {option.default}]"


def _settings() -> str:
    from flowrisk.question import settings

    rows = (
        (f"`{each.name}`", f"`{each.flag}`", f"`{each.variable}`", each.unit,
         " ".join(filter(None, [
             f"`{each.default_text}`" if each.default is not None else each.default_text,
             f"({each.basis}: {each.source})" if each.basis else "",
         ])))
        for each in (*settings.SETTINGS.values(), *settings.SCENARIO.values(),
                     *settings.RISK.values(), *settings.SCREEN.values())
    )  # fmt: skip
    return (
        "## Settings\n\nThe flag wins, then a preset, then the environment, then `flowrisk.toml` "
        "of the working folder, then that of the dataset, then the default. Every output says "
        "which won.\n\n"
        + _table(("setting", "flag", "environment", "unit", "default"), dict.fromkeys(rows))
    )


def _exit_codes() -> str:
    from flowrisk.cli import diagnostics

    rows = [("0", "answered")]
    rows += [
        (str(code), _first_line(kind.__doc__ or ""))
        for kind, code in sorted(diagnostics.EXIT_CODES.items(), key=lambda each: each[1])
    ]
    rows += [(str(diagnostics.INTERRUPTED), "interrupted")]
    return "## Exit codes\n\nOn failure stdout is empty.\n\n" + _table(("code", "meaning"), rows)


def _absence(table: Table) -> str:
    if table.is_required:
        return "Required.\n"
    if table.switches_off:
        return f"Optional; without it goes {table.switches_off}.\n"
    return "Written by an ingest that has something to say here; nothing is missing without it.\n"


def _contract() -> list[str]:
    from flowrisk.dataset.contract import tables

    return [
        "\n".join([
            f"### raw.{table.name}\n",
            f"{_sentence(table.meaning)} Key: {_codes(table.keys)}. "
            + _absence(table),
            _table(("column", "type", "may be null", "meaning"), (
                (f"`{column.name}`", column.type, "yes" if column.is_nullable else "no",
                 column.meaning + (f" ({' · '.join(column.accepted)})" if column.accepted else ""))
                for column in table.columns
            )),
        ])
        for table in tables().values()
    ]  # fmt: skip


def _layer(known: Iterable[Any], layer: str) -> list[Any]:
    return sorted((each for each in known if each.layer == layer), key=lambda each: each.name)


def _marts(sample: Any, known: Iterable[Any]) -> Iterable[str]:  # noqa: ANN401
    from flowrisk.answers.scenario import ADDED_IN_PYTHON

    columns = sample.query(_COLUMNS).partition_by("table_name", as_dict=True)
    for model in _layer(known, "marts"):
        stored = columns[(model.name,)].select("column_name", "data_type").rows()
        added = [(name, "added in Python") for name in ADDED_IN_PYTHON.get(model.name, ())]
        yield "\n".join([
            f"### {model.qualified_name}\n",
            f"{model.description}\n",
            f"One row each: {_codes(model.grain)}. Units: {model.facts['units']}.\n",
            _table(("column", "type"), ((f"`{name}`", kind) for name, kind in stored + added)),
            "```sql",
            model.facts.get("example", f"select * from {model.qualified_name}"),
            "```\n",
        ])  # fmt: skip


@cache
def answers() -> dict[str, Any]:
    """Return an answer of every command that has one, over the sample: what the pages describe."""
    from flowrisk import api

    sample = api.open_dataset()
    return {
        "scenario": sample.scenario(securities="MSTR"),
        "risk": sample.risk(_PROBABILITIES, securities="MSTR"),
        "screen": sample.screen(securities="MSTR"),
        "calibrate": sample.calibrate("msci=2.8bn,all=8.8bn", security="MSTR"),
        "compare": sample.compare(sample, providers="msci", securities="MSTR"),
        "explain": sample.explain("MSTR", provider="msci"),
        "backtest": sample.backtest(),
    }


def _frames() -> Iterable[str]:
    from flowrisk.dataset import sql_models

    for command, result in answers().items():
        rows = [
            (f"`{name}`", _codes(frame.columns))
            for name, frame in result.answer.marts.items()
            if f"marts.{name}" not in sql_models.models()
        ]
        yield f"### {command}\n\n" + _table(("frame", "columns"), rows)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reports of the gallery to the site that MkDocs is about to build.

    Raises: CalledProcessError for a command of the gallery that fails.
    """
    from mkdocs.structure.files import File

    with tempfile.TemporaryDirectory() as folder:
        for block in _EXAMPLE_BLOCK.findall((DOCS / "gallery.md").read_text("utf-8")):
            for line in block.splitlines():
                _run([sys.executable, "-m", *shlex.split(line)], cwd=Path(folder))
        for page in sorted(Path(folder).glob("*.html")):
            files.append(File.generated(config, f"reports/{page.name}", content=page.read_bytes()))
    return files


def _run(words: Sequence[str], *, cwd: Path) -> None:
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run(words, cwd=cwd, check=True, stdout=subprocess.DEVNULL, env=quiet)  # noqa: S603


def main() -> None:
    """Write the generated pages, then build the site unless told to stop there."""
    from flowrisk.cli import diagnostics

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages-only", action="store_true", help="write the pages, build no site")
    arguments = parser.parse_args()
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), "utf-8")
        print(f"written: docs/{name}")
    if not arguments.pages_only:
        _run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=ROOT)
        print("built: site/index.html")
    diagnostics.exit_now(0)


if __name__ == "__main__":
    main()
