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
MAN = ROOT / "man/flowrisk.1"
# MkDocs and the tests load this file by its path
sys.path.insert(0, str(Path(__file__).parent))

from command_pages import NOTE, cli_page, codes, man_page, table  # noqa: E402 - see above

_EXAMPLE_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ABOUT_DATA = (
    "A dataset is a folder of parquet files, one a table (`holdings/` is a folder of months). "
    "SQL views read them and each other: `raw` → `staging` → `intermediate` → `marts`; "
    "`flowrisk query` reads all of them. Columns may be null where their type "
    "says so. The suffix of a column is its unit: "
    "[glossary](glossary.md).\n"
)
_ABOUT_MARTS = (
    "What a reader asks for. Columns *added in Python* are in results and exports, and in SQL as "
    "`results.outflows` and `results.fund_outflows`.\n"
)
_ABOUT_FRAMES = (
    "Parts of a result that rest on assumptions and so have no SQL: attributes of a Python "
    "result, arrays of the JSON, never views.\n"
)
_ABOUT_VIEWS = "In one sentence each; `flowrisk tables NAME` says all of it, with the columns.\n"
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
_PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"


def dictionary_page() -> str:
    """Return the page of every table, view, check and frame, from the contract and the SQL."""
    from flowrisk import api
    from flowrisk.dataset import sql_models

    sample = api.open_dataset()
    known = list(sql_models.models().values())
    return "\n".join([
        NOTE,
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
        _ABOUT_VIEWS,
        table(("view", "one row each", "what it is"), (
            (f"`{model.qualified_name}`", codes(model.grain), _first_sentence(model.description))
            for layer in ("intermediate", "staging") for model in _layer(known, layer)
        )),
        "## Checks\n",
        _ABOUT_CHECKS,
        table(("check", "severity", "what it says when it finds something", "remedy"), (
            (f"`{model.name}`", *(model.facts[fact] for fact in ("severity", "says", "remedy")))
            for model in _layer(known, "checks")
        )),
    ])  # fmt: skip


PAGES: dict[str, Callable[[], str]] = {"cli.md": cli_page, "data-dictionary.md": dictionary_page}


def _first_sentence(text: str) -> str:
    """Return a description up to its first full stop or colon that ends a clause."""
    return re.split(r"(?<=[a-z)])(?:\. |: )", text, maxsplit=1)[0].rstrip(".:")


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
            f"### raw.{stored.name}\n",
            f"{_sentence(stored.meaning)} Key: {codes(stored.keys)}. "
            + _absence(stored),
            table(("column", "type", "meaning"), (
                (f"`{column.name}`", f"{column.type}{', null' if column.is_nullable else ''}",
                 column.meaning + (f" ({' · '.join(column.accepted)})" if column.accepted else ""))
                for column in stored.columns
            )),
        ])
        for stored in tables().values()
    ]  # fmt: skip


def _layer(known: Iterable[Any], layer: str) -> list[Any]:
    return sorted((each for each in known if each.layer == layer), key=lambda each: each.name)


def _marts(sample: Any, known: Iterable[Any]) -> Iterable[str]:  # noqa: ANN401
    from flowrisk.answers.scenario import ADDED_IN_PYTHON

    columns = sample.query(_COLUMNS).partition_by("table_name", as_dict=True)
    for model in _layer(known, "marts"):
        stored = columns[(model.name,)].select("column_name", "data_type").rows()
        added = [(name, "added in Python") for name in ADDED_IN_PYTHON.get(model.name, ())]
        example = model.facts.get("example", f"select * from {model.qualified_name}")
        yield "\n".join([
            f"### {model.qualified_name}\n",
            f"{model.description}\n",
            f"One row each: {codes(model.grain)}. Units: {model.facts['units']}.\n",
            *_by_type(stored + added),
            "```sql",
            example,
            "```\n",
        ])  # fmt: skip


def _by_type(columns: Sequence[tuple[str, str]]) -> list[str]:
    """Return columns as a line a type, in the order in which the types come up."""
    by_type: dict[str, list[str]] = {}
    for name, kind in columns:
        by_type.setdefault(kind, []).append(name)
    return [f"*{kind}*: {codes(names)}\n" for kind, names in by_type.items()]


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
            (f"`{name}`", codes(frame.columns))
            for name, frame in result.answer.marts.items()
            if f"marts.{name}" not in sql_models.models()
        ]
        yield f"### {command}\n\n" + table(("frame", "columns"), rows)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reports of the gallery, and the main chart of each, to the site that MkDocs is about
    to build.

    Raises: CalledProcessError for a command of the gallery that fails.
    """
    from mkdocs.structure.files import File

    with tempfile.TemporaryDirectory() as folder:
        for block in _EXAMPLE_BLOCK.findall((DOCS / "gallery.md").read_text("utf-8")):
            for line in block.splitlines():
                _run([sys.executable, "-m", *shlex.split(line)], cwd=Path(folder))
        for page in sorted(Path(folder).glob("*.html")):
            made = {page.name: page.read_bytes(), f"{page.stem}.svg": _picture(page)}
            for name, content in made.items():
                files.append(File.generated(config, f"reports/{name}", content=content))
    return files


def _picture(page: Path) -> bytes:
    """Return the main chart of a report."""
    from flowrisk.report import chart_files, plots

    return plots.of_charts(chart_files.of_page(page.read_bytes()), None).svg.encode()


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
    MAN.parent.mkdir(exist_ok=True)
    MAN.write_text(man_page(), "utf-8")
    print("written: man/flowrisk.1")
    if not arguments.pages_only:
        _run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=ROOT)
        print("built: site/index.html")
    diagnostics.exit_now(0)


if __name__ == "__main__":
    main()
