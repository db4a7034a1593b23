"""What a notebook shows: the words and figures of the command, as HTML that runs nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from asks import ASKS
from paths import ROOT
from rows import AS_OF

from flowrisk import api
from flowrisk.export.tables import Line

if TYPE_CHECKING:
    from collections.abc import Callable


class Read(HTMLParser):
    """The tags, the rows of cells, and the text outside of style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag in {"td", "th"} else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside in {"td", "th"}:
            self.rows[-1][-1] += data
        if self._inside != "style":
            self.text += data + "\n"


@pytest.fixture(scope="module", params=list(ASKS))
def shown(request: pytest.FixtureRequest) -> tuple[Any, str]:
    """Each command's result over the sample, and what a notebook shows of it."""
    result = ASKS[request.param](api.open_dataset())
    return result, result._repr_html_()


def test_nothing_runs_nothing_is_loaded_and_colours_are_those_around(
    shown: tuple[Any, str],
) -> None:
    found = Read(shown[1])
    assert {tag for tag, _ in found.tags} <= {
        "div", "style", "h3", "p", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert all(set(attrs) <= {"class", "colspan"} for _, attrs in found.tags)
    style = re.findall(r"<style>(.*?)</style>", shown[1], re.DOTALL)
    assert len(style) == 1
    assert not re.search(r"#[0-9a-f]{3}|rgb|url|@import|black|white(?!-)", style[0])
    assert re.findall(r"[^-]color: (\w+)", style[0]) == ["inherit"]
    assert all(rule.startswith(".flowrisk") for rule in style[0].strip().splitlines())


def test_the_first_line_of_the_command_is_shown_and_is_the_short_form(
    shown: tuple[Any, str],
) -> None:
    result, page = shown
    first = result.render("table").decode().splitlines()[0]
    assert first in Read(page).text
    assert repr(result) == f"<{type(result).__name__}: {first}>"
    assert str(result) == result.render("text").decode()
    assert len(repr(result)) < 200


def test_the_finding_is_the_title_and_every_row_of_a_table_is_shown(
    shown: tuple[Any, str],
) -> None:
    result, page = shown
    found = Read(page)
    assert found.text.strip().startswith(result.finding)
    assert not result.finding.startswith("As of")
    cells = {tuple(cell.strip() for cell in row) for row in found.rows}
    for line in result.lines:
        is_row = isinstance(line, Line) and line.place is not None
        if is_row and type(result).__name__ in {"Result", "Scheduled"}:
            assert tuple(cell.strip() for cell in line.grid.rows[line.place]) in cells


# by hand, from the table of the command: what each finding must hold
FINDINGS = {
    "calibrate": "msci $2.80bn implies 5.910 %", "explain": "$2.80bn calibrated",
    "compare": "msci: $2.80bn → $2.80bn", "calendar": "$2.80bn at the close of 2026-02-27",
    "backtest": "0.9611 over 6 scored cases; 1 of 4 actuals inside",
    "risk": "95 % value at risk ≥ $7.11bn", "screen": "above the 50 % threshold",
    "scenario": "$2.80bn; if all five providers do, $8.80bn",
}  # fmt: skip


@pytest.mark.parametrize("command", ASKS)
def test_a_finding_says_what_the_table_does(command: str, sample: api.Dataset) -> None:
    assert FINDINGS[command] in ASKS[command](sample).finding


def test_the_checks_are_a_frame_that_is_shown_whole(sample: api.Dataset) -> None:
    checked = sample.check()
    found = Read(checked._repr_html_())
    assert found.text.strip().startswith("No check fails: 0 fail, 3 warn")
    assert len(found.rows) == 1 + checked.height
    assert checked.filter(state="warn").height == 3
    assert "<table" in checked.select("state")._repr_html_()


def test_the_steps_of_an_explanation_are_a_table(sample: api.Dataset) -> None:
    rows = Read(ASKS["explain"](sample)._repr_html_()).rows
    assert ["step", "value", "formula", "model"] in rows
    assert ["7. price", "177.13 USD per share"] in [row[:2] for row in rows]


def test_a_scenario_is_its_finding_and_the_figures_of_the_command(
    sample_result: api.ScenarioResult,
) -> None:
    found = Read(sample_result._repr_html_())
    # the figures of the README: 2.8 and 8.8 bn are published, 16.7 = 8.8 bn at 20 % of volume
    assert found.rows[2:5] == [
        [
            "Strategy MSTR",
            "$2.80bn",
            "calibrated",
            "$2.60bn (1.57–3.89)",
            "$486m",
            "5.3",
            "$8.80bn",
            "calibrated",
            "≥ $7.89bn (6.37–9.98)",
            "$4.37bn",
            "16.7",
            "+$6.00bn",
        ],
        # ≥ on what is derived from a bound: days and increment
        [
            "MARA MARA",
            "$97.94m",
            "own",
            "$97.94m (75.97–156)",
            "$82.32m",
            "1.1",
            "≥ $1.05bn",
            "own",
            "≥ $1.05bn (0.92–1.25)",
            "$689m",
            "≥ 11.7",
            "≥ +$952m",
        ],
        [
            "Riot Platforms RIOT",
            "$123m",
            "own",
            "$123m (95.03–196)",
            "$103m",
            "2.0",
            "≥ $721m",
            "own",
            "≥ $721m (653–853)",
            "$583m",
            "≥ 11.6",
            "≥ +$599m",
        ],
    ]
    assert found.rows[0] == ["", "msci", "all"]
    assert [a["colspan"] for t, a in found.tags if "colspan" in a] == ["1", "5", "6"]
    assert found.rows[1] == ["", "outflow", "basis", "own estimate (low–high)", "observed",
                             "days@20%", "outflow", "basis", "own estimate (low–high)",
                             "observed", "days@20%", "increment"]  # fmt: skip
    assert found.rows[-1] == [
        "Basket", "≥ $3.02bn", "", "≥ $2.82bn (1.74–4.25)", "$671m", "",
        "≥ $10.60bn", "", "≥ $9.69bn (7.97–12.13)", "$5.66bn", "", "≥ +$7.55bn",
    ]  # fmt: skip
    assert found.text.startswith("If MSCI deletes Strategy, passive funds must sell an estimated "
                                 "$2.80bn; if all five providers do, $8.80bn")  # fmt: skip
    assert "no independent check" in found.text
    assert "Outside the list (19): GME, CLSK, CIFR" in found.text


@pytest.mark.parametrize("command", ["risk", "screen"])
def test_the_rows_of_the_command_are_the_rows_shown(command: str, sample: api.Dataset) -> None:
    result = ASKS[command](sample)
    found = Read(result._repr_html_())
    printed = [re.split(r"\s{2,}", line.strip()) for line in str(result).splitlines()]
    heads, *rows = found.rows
    assert heads[1:] in printed
    assert len(rows) == {"risk": 6, "screen": 2}[command]
    assert all(row in printed for row in rows)
    notes = [line for line in str(result).splitlines() if line.startswith(("note:", "Not assess"))]
    basket_notes = [line.removeprefix("note: ") for line in notes][: -1 if command == "risk" else 1]
    assert all(note in found.text for note in basket_notes)


def test_names_from_the_data_stay_text(make_dataset: Callable[..., api.Dataset]) -> None:
    evil = "</pre><script>alert(1)</script> \u202eevil <img src=x onerror=alert(1)>"
    made = make_dataset(
        securities=[
            {"security_id": "US0000000001", "ticker": "<b>T", "security_name": evil,
             "issuer_id": "i", "share_class": "common", "shares_outstanding": 2e8,
             "shares_on": AS_OF},
        ],
    )  # fmt: skip
    question = {"as_of": AS_OF, "providers": "all", "securities": "US0000000001"}
    pages = [
        made.scenario(**question)._repr_html_(),
        made.compare(made, **question)._repr_html_(),
        made.explain("US0000000001", provider="msci", as_of=AS_OF)._repr_html_(),
    ]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
        assert "\u202e" not in page
        assert not [tag for tag, _ in Read(page).tags if tag in {"script", "img", "b"}]
    assert "<b>T" in Read(pages[0]).text
    assert "alert(1)" in Read(pages[0]).text


def test_the_lean_command_does_not_load_what_notebooks_need() -> None:
    code = (
        "import sys; import flowrisk; early = set(sys.modules)\n"
        "from flowrisk.__main__ import app\n"
        "app(['scenario', '-q', '-s', 'MSTR'], standalone_mode=False)\n"
        "heavy = {'polars', 'duckdb', 'numpy', 'flowrisk.api', 'flowrisk.report.notebook'}\n"
        "print(sorted(heavy & early), 'flowrisk.report.notebook' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[] False"
