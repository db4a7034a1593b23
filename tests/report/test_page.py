"""The page: what it says equals what was counted, hostile text stays text, nothing is fetched."""

import base64
import hashlib
import html
import json
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from pages import cards_of, carried, with_marts, words
from paths import ROOT

import flowrisk
from flowrisk.dataset import resources
from flowrisk.domain import ScenarioAnswer
from flowrisk.export import formats
from flowrisk.report import templates
from flowrisk.report.page import scenario_page
from flowrisk.text import formatting, scenario
from flowrisk.text.paragraphs import own_estimate

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e' + "x" * 10_000


@pytest.fixture(scope="module")
def answer() -> ScenarioAnswer:
    return flowrisk.open_dataset().scenario(providers="msci,all").answer


@pytest.fixture(scope="module")
def page(answer: ScenarioAnswer) -> str:
    return scenario_page(answer).decode()


def test_the_same_answer_gives_the_same_bytes(answer: ScenarioAnswer) -> None:
    assert scenario_page(answer) == scenario_page(answer)


def test_the_place_of_the_data_and_of_the_reader_does_not_enter(tmp_path: Path) -> None:
    pages = []
    for parent in ("a", "b"):
        folder = tmp_path / parent / "data"
        shutil.copytree(resources.sample_folder(), folder, ignore=shutil.ignore_patterns("sources"))
        pages.append(flowrisk.open_dataset(folder).scenario(providers="msci").render("html"))
    assert pages[0] == pages[1]
    assert str(tmp_path).encode() not in pages[0]


def test_every_headline_figure_equals_the_mart(answer: ScenarioAnswer, page: str) -> None:
    cards = cards_of(page)
    leads = [row for row in answer.marts["outflows"].rows(named=True) if row["ticker"] == "MSTR"]
    totals = answer.marts["scenario_totals"].rows(named=True)
    assert len(cards) == len(leads) == 2
    for card, lead, total in zip(cards, leads, totals, strict=True):
        for figure in (
            formatting.money(lead["outflow_usd"]),
            f"shares {formatting.shares(lead['outflow_shares'])}",
            f"shares outstanding {formatting.percent(lead['outflow_of_shares_outstanding_ratio'])}",
            f"multiple of ADV {formatting.multiple(lead['adv_multiple_days'])}",
            f"participation {formatting.days(lead['days_to_sell'])}",
            f"At least {formatting.money(lead['observed_outflow_usd'])} is observed in covered",
            f"{formatting.money(lead['estimated_outflow_usd'])} is estimated beyond",
            f"basket (5 names) {scenario.outflow(total)}",
        ):
            assert figure in card
    assert "$2.80bn" in cards[0]
    assert "$8.80bn" in cards[1]
    assert "incremental vs MSCI only +$6.00bn" in cards[1]


def test_every_row_of_the_security_and_provider_tables_equals_the_mart(
    answer: ScenarioAnswer, page: str
) -> None:
    said = words(page)
    for row in answer.marts["outflows"].filter(pl.col("outflow_shares") > 0).rows(named=True):
        assert scenario.outflow(row) in said
    lead = answer.marts["provider_outflows"].filter(pl.col("ticker") == "MSTR")
    for row in lead.rows(named=True):
        observed = row["observed_outflow_usd"]
        own = own_estimate.shown(row)
        line = f"{scenario.outflow(row)} {own} {formatting.money(observed)}"
        assert line in said


def test_calibration_is_said_from_the_data_and_gone_without_it(
    answer: ScenarioAnswer, page: str
) -> None:
    assert "Calibrated. MSCI: Set to JPMorgan's note of 20 Nov 2025." in words(page)
    assert "Illustrative allocation: CRSP, FTSE Russell, Nasdaq" in words(page)
    measured = with_marts(answer, estimates=lambda f: f.with_columns(basis=pl.lit("reported")))
    said = words(scenario_page(measured).decode())
    assert "Calibrated." not in said
    assert "Illustrative allocation:" not in said
    assert "Confidence: medium . 50 %" in said


def test_what_is_decided_is_marked_as_after_the_as_of_date(page: str) -> None:
    assert "On 6 Jan 2026 MSCI decided to freeze share increases" in words(page)
    assert "6 Jan 2026 after the as-of date" in words(page)


def test_missing_decisions_and_notes_are_said_or_left_out(answer: ScenarioAnswer) -> None:
    bare = with_marts(answer, decisions=lambda f: f.clear(), candidate_profiles=lambda f: f.clear())
    page = scenario_page(bare).decode()
    assert "The data holds no decision of these providers." in words(page)
    assert "no announcements or decisions of these index providers" in words(page)
    assert 'id="timeline' not in page
    cards = re.findall(r'<article class="card profile">.*?</article>', page, re.DOTALL)
    assert cards
    assert all("analysts' notes" in words(card).split("Not in the data")[1] for card in cards)


def test_unknown_is_never_shown_as_nothing(page: str) -> None:
    row = re.search(r"<tr><th scope=\"row\">SharpLink Gaming <span.*?</tr>", page, re.DOTALL)
    assert words(row[0]) == (
        "SharpLink Gaming SBET n/a n/a n/a n/a ≥ $164k ≥ $164k (119–3,658) $71.6k ≥ 17.7k n/a "
        "≥ < 0.1 % $9.30"
    )


def test_a_security_that_no_covered_fund_holds_makes_a_page_that_says_so() -> None:
    page = flowrisk.open_dataset().scenario(providers="msci", securities="SBET").render("html")
    said = words(page.decode())
    assert "If MSCI deletes SharpLink Gaming, passive selling is unknown" in said
    assert "None of the covered funds reports a position, and no estimate is possible." in said
    assert "Confidence: not graded" in said
    assert "$0 of" not in said


def test_unknown_prices_and_volumes_are_dashes_and_counted(answer: ScenarioAnswer) -> None:
    dollars = [
        c for c in answer.marts["outflows"].columns if c.endswith(("_usd", "_days", "_sell"))
    ]
    blind = with_marts(
        answer,
        outflows=lambda f: f.with_columns(pl.lit(None, pl.Float64).alias(c) for c in dollars)
        .with_columns(adv_shares=pl.lit(None, pl.Float64)),
    )  # fmt: skip
    said = words(scenario_page(blind).decode())
    assert "5 without a price on or before the as-of date" in said
    assert "passive funds must sell an estimated 9.56m shares" in said
    assert "days to liquidate at 20 % participation n/a" in said
    assert "None" not in said


def test_hostile_names_stay_text_and_short(answer: ScenarioAnswer) -> None:
    texts = {
        name: [c for c, kind in frame.schema.items() if kind == pl.String
               and c in {"security_name", "ticker", "fund_name", "manager_name", "index_name",
                         "provider_name", "note", "source", "broker", "rating_after", "hpc_note",
                         "event", "not_estimated_reason", "denominator", "estimator",
                         "wording", "scope"}]
        for name, frame in answer.marts.items()
    }  # fmt: skip
    hostile = replace(answer, marts={
        name: frame.head(8).with_columns(pl.lit(HOSTILE).alias(c) for c in texts[name])
        if name not in {"outflows", "scenario_totals", "coverage"}
        else frame.with_columns(pl.lit(HOSTILE).alias(c) for c in texts[name])
        for name, frame in answer.marts.items()
    })  # fmt: skip
    page = scenario_page(hostile).decode()
    without_data = re.sub(r"href='data:[^']*'", "", page)
    assert len(re.findall("<script", page)) == 1
    assert "<img" not in page
    assert "onerror=" not in re.sub(r"&#34;&gt;&lt;img src=x onerror=", "", without_data)
    assert "\u202e" not in without_data
    assert "x" * 500 not in without_data
    assert "&lt;script&gt;" in page


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    sources = re.findall(r'<a href="https?://[^"]*" rel="noopener noreferrer nofollow">', page)
    assert sources
    rest = re.sub("|".join(map(re.escape, set(sources))), "", page)
    links = re.findall(r"""\b(?:src|href|action|xlink:href)=(["'])(.*?)\1""", rest, re.DOTALL)
    assert links
    assert all(target.startswith(("#", "data:")) for _, target in links)
    assert not re.search(r"url\((?!#)|@import|<(link|iframe|object|embed|base|form)\b", page)
    assert not re.search(r"<[^>]+\s(on\w+|style)=", re.sub(r"href='[^']*'", "", page))


def test_the_security_policy_admits_exactly_the_style_and_script_of_the_page(page: str) -> None:
    policy = html.unescape(re.search(r'Security-Policy" content="([^"]*)"', page)[1])
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_data_it_carries_is_the_data_of_the_answer(answer: ScenarioAnswer, page: str) -> None:
    files = carried(page)
    envelope = json.loads(formats.envelope(answer))
    envelope["dataset"]["path"] = answer.dataset_name
    assert json.loads(files["flowrisk.json.gz"]) == envelope
    assert files["outflows.csv"].encode() == formats.frame_bytes(answer.marts["outflows"], "csv")


def test_the_command_on_the_page_makes_the_page_again(tmp_path: Path, page: str) -> None:
    command = html.unescape(re.search(r'<pre class="wrap"[^>]*>(.*?)</pre>', page)[1])
    program, *arguments = shlex.split(command)
    assert program == "flowrisk"
    root = ROOT
    subprocess.run([sys.executable, "-m", "flowrisk", *arguments, "-q"], cwd=tmp_path, check=True,
                   env={"PYTHONPATH": str(root)}, capture_output=True)  # fmt: skip
    assert (tmp_path / "report.html").read_text() == page


def test_every_chart_has_a_title_a_description_a_source_and_its_figures(page: str) -> None:
    drawn = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    titled = re.findall(r'<title id="([^"]+)-title">', " ".join(drawn))
    assert {"timeline", "waterfall", "by-security", "impacts", "ranges", "uncertainty", "ages",
            "report-ages", "by-fund"} <= set(titled)  # fmt: skip
    for each in drawn:
        assert 'role="img"' in each
        assert len(re.search(r"<title[^>]*>(.*?)</title>", each)[1]) > 20
        assert len(re.search(r"<desc[^>]*>(.*?)</desc>", each)[1]) > 20
        assert "Source: sample dataset" in each
        assert "20 Nov 2025" in each
        assert "The figures of this chart" in each or "listed below" in each


def test_ids_are_unique_and_every_reference_meets_one(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#([^"]+)"', page)
    labelled = " ".join(re.findall(r'aria-labelledby="([^"]+)"', page)).split()
    assert {*targets, *labelled} <= set(ids)


def test_the_sample_page_is_small(page: str) -> None:
    assert len(page.encode()) < 1_000_000


@pytest.mark.parametrize("count", [1, 2, 8])
def test_any_number_of_scenarios_has_one_card_each(count: int) -> None:
    names = ["msci", "all", "crsp", "nasdaq", "sp-dji", "ftse-russell", "msci+crsp", "msci+nasdaq"]
    result = flowrisk.open_dataset().scenario(providers=",".join(names[:count]))
    assert len(cards_of(result.render("html").decode())) == count


@pytest.fixture(scope="module")
def large(answer: ScenarioAnswer) -> ScenarioAnswer:
    """500 securities held by 200 funds each in two scenarios, told apart by their numbers."""
    securities = pl.DataFrame({"n": range(500)})

    def many(frame: pl.DataFrame) -> pl.DataFrame:
        row = frame.filter(pl.col("ticker") == "MSTR")
        crossed = securities.join(row, how="cross").with_columns(
            security_id=pl.format("S{}", "n"),
            ticker=pl.format("T{}", "n"),
            is_in_basket=pl.lit(value=True),
        )
        return crossed.sort("n").drop("n")

    def held(frame: pl.DataFrame) -> pl.DataFrame:
        funds = pl.DataFrame({"m": range(200)})
        crossed = funds.join(many(frame).unique(["scenario_id", "security_id"]), how="cross")
        return crossed.with_columns(fund_id=pl.format("F{}", "m")).drop("m")

    grown = with_marts(answer, outflows=many, provider_outflows=many, fund_outflows=held)
    return replace(
        grown, marts={**grown.marts, "fund_outflows": grown.marts["fund_outflows"].sort("fund_id")}
    )


def test_a_large_answer_is_cut_and_says_what_was_left_out(large: ScenarioAnswer) -> None:
    began = time.perf_counter()
    page = scenario_page(large)
    assert time.perf_counter() - began < 5
    assert len(page) < 3_000_000
    said = words(page.decode())
    lead = large.marts["outflows"].filter(pl.col("scenario_id") == "all")["outflow_usd"][0]
    assert f"and 475 more securities: {formatting.money(475 * lead)} together" in said
    assert "and 99,975 more positions" in said
    assert "Tables are cut at 500 rows here" in said


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder of templates of its own, from which the pages of this process are made."""
    copy = tmp_path / "templates"
    shutil.copytree(resources.templates_folder(), copy,
                    ignore=shutil.ignore_patterns("__pycache__"))  # fmt: skip
    monkeypatch.setattr(resources, "templates_folder", lambda: copy)
    templates._environment.cache_clear()  # noqa: SLF001
    yield copy
    templates._environment.cache_clear()  # noqa: SLF001


def test_a_template_is_compiled_once_and_anew_when_it_changes(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    style = templates.source("page.css")
    templates._environment.cache_clear()  # noqa: SLF001
    with monkeypatch.context() as patch:
        patch.setattr("jinja2.Environment.compile", None)
        assert templates.source("page.css") == style
    (sources / "page.css").write_text("p { color: red }\n", encoding="utf-8")
    templates._environment.cache_clear()  # noqa: SLF001
    assert "color: red" in templates.source("page.css")


def test_where_nothing_can_be_kept_templates_are_compiled_all_the_same(sources: Path) -> None:
    (sources / "__pycache__").write_text("in the way", encoding="utf-8")
    assert templates.source("page.css")
    (sources / "__pycache__").unlink()
    templates._environment.cache_clear()  # noqa: SLF001
    templates._environment()  # noqa: SLF001
    shutil.rmtree(sources / "__pycache__")
    assert templates.source("page.js")
