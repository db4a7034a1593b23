"""Charts, downloads and reader's tools of the page of ``flowrisk risk``; a browser's view of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl
import pytest
from browsing import opened
from pages import carried, words

from flowrisk.export import formats
from flowrisk.report.page import risk_page
from flowrisk.report.sections import risk

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from flowrisk.api import Dataset
    from flowrisk.api.results import Paged
    from flowrisk.domain import RiskAnswer


ODDS = {"crsp": 0.25, "ftse-russell": 0.2, "msci": 0.4, "nasdaq": 0.3, "sp-dji": 0.2}
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e' + "x" * 10_000


@pytest.fixture(scope="module")
def result(sample: Dataset) -> Paged[RiskAnswer]:
    return sample.risk(ODDS, judged_by="the desk")


@pytest.fixture(scope="module")
def page(result: Paged[RiskAnswer]) -> str:
    return result.render("html").decode()


@pytest.fixture(scope="module")
def report_file(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("risk") / "report.html"
    file.write_text(page, encoding="utf-8")
    return file


def test_every_chart_states_its_finding_and_holds_its_figures(page: str) -> None:
    drawn = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    titles = [re.search(r'class="finding">(.*?)</p>', each)[1] for each in drawn]
    # .6 · .8 · .7 · .8 · .75 for nobody; msci's 3.02 bn stand between its no and its yes
    assert titles == [
        "20.2 % probability of no selling; 95 % value at risk ≥ $7.11bn",
        "Most likely outcome (20.2 %): none excludes",
        "Largest sensitivity of the mean: decision of msci, ≥ $1.79bn to ≥ $4.81bn",
    ]
    for each in drawn:
        assert "Source: sample dataset" in each
        assert len(re.search(r"<desc[^>]*>(.*?)</desc>", each)[1]) > 20


def test_the_tornado_draws_the_rows_of_its_table(result: Paged[RiskAnswer]) -> None:
    figure = risk.context(result.answer)["tornado_figure"]
    basket = result.tornado.filter(pl.col("security_id") == "basket")
    assert [(bar.row.label, bar.row.low, bar.row.high) for bar in figure.chart.bars] == (
        basket.select("parameter_id", "low_usd", "high_usd").rows()
    )
    mean = result.distributions.row(-1, named=True)["mean_usd"]
    assert figure.chart.reference.value == mean


def test_outcomes_are_bars_that_add_up_to_one(result: Paged[RiskAnswer]) -> None:
    bars = risk.context(result.answer)["states_figure"].chart.bars
    assert sum(bar.row.value for bar in bars) == pytest.approx(1)
    assert [bar.row.label for bar in bars[:3]] == ["none excludes", "msci", "nasdaq"]
    assert bars[0].row.value == pytest.approx(0.6 * 0.8 * 0.7 * 0.8 * 0.75)
    assert bars[-1].row.label == "24 other outcomes"


def test_a_known_outcome_leaves_one_side_of_the_tornado_unknown(sample: Dataset) -> None:
    answer = sample.risk({**ODDS, "crsp": 0.0}).answer
    bars = {bar.row.label: bar for bar in
            risk.context(answer)["tornado_figure"].chart.bars}  # fmt: skip
    assert bars["crsp"].row.high is None
    assert bars["crsp"].span is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Decisions are assumed independent."),
        ({"dependence": "copula", "rho": 0.5}, "one common factor, correlation 0.5"),
        ({"dependence": "leader", "leader": "msci",
          "given_leader": {"crsp": 0.5, "ftse-russell": 0.4, "nasdaq": 0.45, "sp-dji": 0.4}},
         "msci leads: each follower has its own probability"),
    ],
)  # fmt: skip
def test_the_dependence_is_stated(asked: dict[str, object], said: str, sample: Dataset) -> None:
    assert said in words(sample.risk(ODDS, **asked).render("html").decode())


def test_all_who_could_exclude_are_told_as_all(sample: Dataset) -> None:
    sure = sample.risk(dict.fromkeys(ODDS, 0.9)).answer
    title = risk.context(sure)["states_figure"].title
    assert title == "Most likely outcome (59.0 %): all five exclude"


def test_the_page_carries_its_data(result: Paged[RiskAnswer], page: str) -> None:
    files = carried(page)
    whole = json.loads(files["flowrisk.json.gz"])
    assert whole["states"] == json.loads(result.render("json"))["states"]
    assert whole["dataset"]["path"] == "sample dataset"
    distributions = formats.frame_bytes(result.distributions, "csv")
    assert files["distributions.csv"].encode() == distributions
    assert "-- marts.provider_outflows: " in files["marts.sql.gz"]


def test_the_sentence_to_cite_names_odds_dependence_and_data(page: str) -> None:
    cited = words(re.search(r'<p id="cited">(.*?)</p>', page)[1])
    assert "95 % value at risk ≥ $7.11bn (covered names)" in cited
    assert "msci 40.0 %" in cited
    assert "independent · judged by the desk" in cited
    assert re.search(r"as of 20 Nov 2025, version [0-9a-f]{12}; flowrisk", cited)


def test_hostile_names_stay_text_and_short(result: Paged[RiskAnswer]) -> None:
    texts = {"ticker", "security_name", "provider_ids", "parameter_id"}
    hostile = replace(result.answer, marts={
        name: frame.with_columns(pl.lit(HOSTILE).alias(c) for c in texts & set(frame.columns))
        for name, frame in result.answer.marts.items()
    })  # fmt: skip
    page = risk_page(hostile).decode()
    without_data = re.sub(r"href='data:[^']*'", "", page)
    assert len(re.findall("<script", page)) == 1
    assert "<img" not in page
    assert "\u202e" not in without_data
    assert "x" * 500 not in without_data


def test_the_page_is_the_same_again_and_small(result: Paged[RiskAnswer], page: str) -> None:
    assert result.render("html").decode() == page
    assert len(page.encode()) < 400_000
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert not re.search(r"<[^>]+\s(on\w+|style)=", re.sub(r"href='[^']*'", "", page))


@pytest.mark.browser
def test_the_basket_stays_last_when_securities_are_sorted(
    browser: Browser, report_file: Path
) -> None:
    window = opened(browser, report_file)
    table = window.locator("table.sortable").first
    table.locator("thead button", has_text="Mean").click()
    table.locator("thead button", has_text="Mean").click()
    # of the means 2.57bn, 241m, 184m, 6.66m and 32.9k dollars that of SharpLink is the smallest
    assert table.locator("tr").nth(1).inner_text().startswith("SharpLink Gaming")
    assert table.locator("tr").last.inner_text().startswith("Basket")
