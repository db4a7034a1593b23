"""The board page: one sheet in both papers, plain words, no zero for what is unknown."""

from __future__ import annotations

import html
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from browsing import FONTS, audited, opened, set_in
from pages import with_marts, words

from flowrisk.errors import QuestionError
from flowrisk.report import one_page, page_options, pdf
from flowrisk.text import formatting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from flowrisk.api import Dataset, ScenarioResult
    from flowrisk.domain import ScenarioAnswer

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e' + "W" * 400
BOARD = page_options.asked_for(one_page=True)
LONG = "Weltweite Wasserstoff- und Windkraftbeteiligungen Warmwasserwirtschaft Inc Common Stock"
# what a reader would take for nothing
ZERO = re.compile(r"\$0(?![.\d])|(?<![\d.,])0 shares|\b0\.0\b|\bnone of it\b")


def board(answer: ScenarioAnswer, **asked: Any) -> str:
    return one_page.page(answer, page_options.asked_for(one_page=True, **asked)).decode()


@pytest.fixture(scope="module")
def one(sample: Dataset) -> ScenarioResult:
    return sample.scenario(securities="MSTR")


@pytest.fixture(scope="module")
def unknown(sample: Dataset) -> ScenarioResult:
    return sample.scenario(securities="SBET", providers="msci")


@pytest.fixture(scope="module")
def fourteen(sample: Dataset) -> ScenarioAnswer:
    """A list of 14, and more, whose names are as long as any, asked in three scenarios."""
    answer = sample.scenario(list="treasury", providers="msci,nasdaq,all").answer
    ids = {each.security_id for each in answer.securities}
    names = {each: f"{number} {LONG}" for number, each in enumerate(sorted(ids))}

    def renamed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(security_name=pl.col("security_id").replace(names))

    return with_marts(answer, outflows=renamed)


def test_one_company_is_said_with_figure_range_and_published_figure(one: ScenarioResult) -> None:
    said = words(board(one.answer))
    # 2.80 and 8.80 are JPMorgan's figures, to which the ratios are calibrated; 2.80 + 8.80 = 11.60
    assert "If MSCI deletes Strategy, passive funds must sell an estimated $2.80bn; " in said
    assert "if all five providers do, an estimated $8.80bn" in said
    assert "How it was found calibrated to JPMorgan" in said
    assert "Own estimate (low–high) $2.60bn (1.57–3.89) ≥ $7.89bn (6.40–9.91)" in said
    assert "$2.80bn, JPMorgan, 20 Nov 2025" in said
    assert "coming on top of $2.80bn, which makes $11.60bn" in said
    assert "MSCI: close of 27 Feb 2026" in said
    assert "16.7 trading days at 20 % of an average day's volume" in said
    assert "Confidence in the figure for Strategy: medium . 50 % of it" in said


def test_every_figure_is_the_marts(one: ScenarioResult) -> None:
    said = words(board(one.answer))
    for row in one.outflows.filter(ticker="MSTR").rows(named=True):
        for figure in (
            formatting.money(row["outflow_usd"]), formatting.money(row["observed_outflow_usd"]),
            formatting.shares(row["outflow_shares"]),
            formatting.percent(row["outflow_of_shares_outstanding_ratio"]),
        ):  # fmt: skip
            assert figure in said


def test_a_company_without_an_estimate_has_what_is_known_and_missing(
    unknown: ScenarioResult,
) -> None:
    said = words(board(unknown.answer))
    assert "What passive funds would sell of SharpLink Gaming is unknown" in said
    assert "Known Price: $9.30 (20 Nov 2025) Shares outstanding: 197m" in said
    assert "Member of: S&P Completion Index" in said
    assert "Missing Holdings: none of the covered funds reports a position" in said
    assert "MSCI: no index membership in the data" in said
    assert "Index membership: Held by Vanguard Extended Market Index Fund" in said
    assert not ZERO.search(said)
    assert "$0" not in said


@pytest.mark.parametrize("providers", ["msci", "nasdaq", "msci,nasdaq"])
def test_nothing_unknown_is_ever_a_zero(sample: Dataset, providers: str) -> None:
    for result in (
        sample.scenario(list="treasury", providers=providers),
        *(sample.scenario(securities=each, providers=providers)
          for each in ("3350", "SUIG", "ABTC", "IREN")),
    ):  # fmt: skip
        rows = [row for row in result.outflows.rows(named=True) if row["is_in_basket"]]
        if any(row["outflow_usd"] == 0 or row["observed_outflow_usd"] == 0 for row in rows
               if row["bound"] != "unknown"):  # fmt: skip
            continue
        assert not ZERO.search(words(board(result.answer)))


def test_a_list_says_for_whom_there_is_no_estimate(sample_result: ScenarioResult) -> None:
    said = words(board(sample_result.answer))
    assert "If MSCI deletes five companies, passive funds must sell at least $3.02bn" in said
    assert "if all five providers do, at least $10.60bn" in said
    assert "No estimate if MSCI deletes them: Metaplanet (3350), SharpLink Gaming (SBET)." in said
    assert "3350 Metaplanet n/a n/a ≥ $33.28m" in said
    assert "All ≥ $3.02bn ≥ $2.82bn (1.75–4.25) ≥ $10.60bn" in said


def test_a_freeze_has_no_figure_of_a_deletion_beside_it(sample: Dataset) -> None:
    said = words(board(sample.scenario(preset="january-2026").answer))
    assert "If MSCI freezes five companies, passive funds must sell nothing; " in said
    assert "if MSCI freezes them and the other four providers delete them, at least $" in said
    assert "JPMorgan" not in said.replace("calibrated to JPMorgan", "")


def test_what_is_held_but_not_estimated_is_not_said_to_be_unheld(sample: Dataset) -> None:
    result = sample.scenario(securities="MSTR", providers="sp-dji", treatment="sp-500=include")
    said = words(board(result.answer))
    assert "What passive funds would trade of Strategy is unknown" in said
    assert "Held by 1 covered fund" in said
    assert "none of the covered funds reports a position" not in said


def test_what_has_no_line_or_column_is_named(fourteen: ScenarioAnswer) -> None:
    said = words(board(fourteen))
    count = sum(each.is_in_basket for each in fourteen.securities)
    assert f"All, with {count - one_page.COMPANIES_COUNT} more" in said
    assert "Also asked, all companies: Nasdaq ≥ $" in said


def test_hostile_names_stay_text(one: ScenarioResult) -> None:
    changed = with_marts(
        one.answer,
        outflows=lambda frame: frame.with_columns(pl.lit(HOSTILE).alias("security_name")),
        reconciliation=lambda frame: frame.with_columns(
            pl.lit(HOSTILE).alias("estimator"), pl.lit(f"https://a.example/{HOSTILE}").alias("source")
        ),
    )  # fmt: skip
    page = board(replace(changed, dataset_name=HOSTILE), title=HOSTILE[:150])
    tags = re.findall(r"<[a-z][^>]*>", page)
    assert not [tag for tag in tags if re.search(r"^<(script|img)|\son\w+=", html.unescape(tag))]
    assert "\u202e" not in page
    assert "default-src 'none'" in page


def test_the_command_makes_the_sheet_again(one: ScenarioResult) -> None:
    page = board(one.answer, paper="A4", title='It\'s "ours"')
    command = re.search(r"<code>(.*?)</code>", page)
    assert command is not None
    assert shlex.split(html.unescape(command[1])) == [
        "flowrisk", "scenario", "--providers", "msci,all", "--securities", "MSTR", "-o",
        "board.html", "--one-page", "--title", 'It\'s "ours"', "--paper", "a4",
    ]  # fmt: skip
    assert board(one.answer, paper="A4", title='It\'s "ours"') == page
    assert "@page { size: a4; }" in page


def test_what_a_sheet_cannot_be_is_refused(sample: Dataset, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="no sections to choose from"):
        page_options.asked_for(one_page=True, sections="headline")
    with pytest.raises(QuestionError, match="--paper is not known"):
        page_options.asked_for(paper="a5")
    with pytest.raises(QuestionError, match="No output shows what --one-page asks for"):
        BOARD.refuse_idle(["csv", "charts"])
    with pytest.raises(QuestionError, match="There is no single sheet of 'screen'"):
        sample.screen().write(tmp_path / "board.html", one_page=True)


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_it_is_one_sheet(
    paper: str, one: ScenarioResult, unknown: ScenarioResult, fourteen: ScenarioAnswer,
    sample_result: ScenarioResult,
) -> None:  # fmt: skip
    for answer in (one.answer, unknown.answer, sample_result.answer, fourteen):
        page = board(answer, paper=paper, title=f"For the board: {LONG}")
        printed = pdf.to_pdf(page.encode())
        assert pdf.sheets_count(printed) == 1
        size = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
        assert size is not None
        assert [round(float(side)) for side in size.groups()] == (
            [595, 842] if paper == "a4" else [612, 792]
        )


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_it_is_one_sheet_in_a_wide_font_too(
    browser: Browser, fourteen: ScenarioAnswer, tmp_path: Path, paper: str
) -> None:
    path = tmp_path / "board.html"
    path.write_text(board(fourteen, title=LONG), "utf-8")
    page = opened(browser, path)
    for font in FONTS:
        set_in(page, font)
        assert pdf.sheets_count(page.pdf(format=paper)) == 1


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_a_telephone_and_by_everybody(
    browser: Browser, sample_result: ScenarioResult, tmp_path: Path, scheme: str
) -> None:
    path = sample_result.write(tmp_path / "board.html", one_page=True)
    page = opened(browser, path, 360, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert audited(page) == []


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
def test_more_than_a_sheet_is_refused(one: ScenarioResult, tmp_path: Path) -> None:
    theme = tmp_path / "large.css"
    theme.write_text("body { font-size: 40pt !important; }")
    with pytest.raises(QuestionError, match="does not fit on one sheet"):
        one.write(tmp_path / "board.pdf", one_page=True, theme=theme)
    assert not (tmp_path / "board.pdf").exists()
