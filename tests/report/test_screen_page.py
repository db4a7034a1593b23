"""The page of ``flowrisk screen``: what it says, that it stands alone, how a browser shows it."""

from __future__ import annotations

import html
import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from browsing import opened
from pages import carried, section, words
from paths import ROOT
from rows import AS_OF
from sheets import prices, treasury

from flowrisk.export import formats
from flowrisk.report.page import screen_page
from flowrisk.report.sections import screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from flowrisk.api import Dataset
    from flowrisk.api.results import Paged
    from flowrisk.domain import ScreenAnswer


HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e' + "x" * 10_000


@pytest.fixture(scope="module")
def result(sample: Dataset) -> Paged[ScreenAnswer]:
    return sample.screen(review_on="2026-02-27", move="buy-with-debt=500m")


@pytest.fixture(scope="module")
def page(result: Paged[ScreenAnswer]) -> str:
    return result.render("html").decode()


@pytest.fixture(scope="module")
def report_file(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("screen") / "report.html"
    file.write_text(page, encoding="utf-8")
    return file


def cells(page: str, ticker: str) -> str:
    (table,) = re.findall(r'<section id="ratios">.*?</section>', page, re.DOTALL)
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', table, re.DOTALL)
    return next(said for each in rows if f" {ticker} " in (said := words(each)))


def test_the_headline_counts_the_sides_of_the_line(page: str) -> None:
    (title,) = re.findall("<h1>(.*?)</h1>", page)
    assert title == (
        "Nine of 24 candidates are at or above the 50 % threshold and five below; one is within "
        "10 percentage points of it; ten could not be assessed"
    )
    cards = [words(each) for each in re.findall(r"<article.*?</article>", page, re.DOTALL)[:4]]
    assert cards[2].startswith("Near the threshold, either side 1 of 24 candidates RIOT -7.7 pp.")
    assert cards[3].startswith("Not assessed 10 of 24 candidates 3350, MARA, SBET")


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({"securities": ["RIOT"]},
         "Riot Platforms is 7.7 percentage points below the 50 % threshold"),
        ({"securities": ["RIOT"], "threshold": 0.4},
         "Riot Platforms is 2.3 percentage points above the 40 % threshold"),
        ({"securities": ["MARA"]},
         "MARA could not be assessed against the 50 % threshold: total assets unknown"),
        ({"securities": ["MARA", "SBET"]},
         "None of two candidates could be assessed against the 50 % threshold"),
        ({"securities": ["RIOT", "MSTR"]},
         ("One of two candidates is at or above the 50 % threshold and one below; one is within "
          "10 percentage points of it")),
        ({"securities": ["BTCS", "MSTR"]},
         ("Two of two candidates are at or above the 50 % threshold and none below; none are "
          "within 10 percentage points of it")),
        ({"securities": ["GAME", "DJT"]},
         ("None of two candidates are at or above the 50 % threshold and two below; none are "
          "within 10 percentage points of it")),
    ],
)  # fmt: skip
def test_the_title_follows_the_data(asked: dict[str, object], title: str, sample: Dataset) -> None:
    assert screen.title(sample.screen(**asked).answer) == title


@pytest.mark.parametrize(
    ("coin_price", "prices"),
    [
        (None, "coins at the close of 20 Nov 2025. Data: "),
        ({"BTC": 60_000, "SOL": 100.5},
         "coins at the close of 20 Nov 2025 but BTC at $60,000 and SOL at $100.50 as given. "),
    ],
)  # fmt: skip
def test_the_citation_names_the_coin_prices_given(
    coin_price: dict[str, float] | None, prices: str, sample: Dataset
) -> None:
    assert prices in screen.citation(sample.screen(coin_price=coin_price).answer)


def test_older_coin_prices_are_never_called_those_of_the_as_of_date(sample: Dataset) -> None:
    made = sample.screen(preset="november-2026", threshold=0.5, move="buy-with-debt=500m")
    said = words(made.render("html").decode())
    assert "coins at the close of 15 Jan 2026" in screen.citation(made.answer)
    assert "At coin close: coins at the close of 15 Jan 2026" in said
    assert "at coin prices of the close of 15 Jan 2026" in said
    assert "coin prices of the as-of date" not in said
    assert "coins at the close of the as-of date" not in said


def test_the_table_says_ratio_distance_statement_break_even_and_basis(page: str) -> None:
    assert cells(page, "RIOT") == (
        "Riot Platforms RIOT on it 42.3 % -7.7 pp 49.1 % 49.1 % 30 Sep 2025 as reported BTC "
        "$118,226 +37 % 2.85×"
    )
    assert "37.4 %*" in cells(page, "CLSK")
    assert "31 Aug 2025 as reported, published later" in cells(page, "BMNR")


def test_the_verdicts_of_the_named_rule_stand_before_the_ratios(page: str) -> None:
    (said,) = re.findall(r'<section id="verdicts">.*?</section>', page, re.DOTALL)
    assert "Rule msci-datco-2025: Digital asset treasury companies" in words(said)
    assert "Riot Platforms RIOT on it pass 30 Sep 2025" in words(said)
    assert "MARA MARA on it unresolved – digital_asset_ratio" in words(said)
    assert page.index('id="verdicts"') < page.index('id="ratios"')


def test_who_is_not_assessed_is_named_with_what_is_missing(page: str) -> None:
    assert cells(page, "SBET") == (
        "SharpLink Gaming SBET on it – – – – 9 Nov 2025 not assessed: total assets unknown ETH – – "
        "0.75×"
    )
    assert "not assessed: no balance sheet in the data by the as-of date" in cells(page, "IREN")


def test_a_chart_a_coin_says_who_is_nearest_and_holds_its_figures(page: str) -> None:
    drawn = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    titles = [re.search(r'class="finding">(.*?)</p>', each)[1] for each in drawn]
    assert titles == [
        "Riot Platforms would reach the threshold with BTC at $118,226 (+37 %)",
        "BitMine Immersion Technologies would fall below the threshold with ETH at $272.37 (-90 %)",
        "DeFi Development would fall below the threshold with SOL at $12.07 (-91 %)",
    ]
    for each in drawn:
        assert "The figures of this chart" in each
        assert "Source: sample dataset" in each
        assert "now $" in each
    # RIOT at 250,000 dollars: 2.2 bn of coins at the statement's 114,068.36 and 2.28 bn of others
    riot = re.search(r'<tr><th scope="row">RIOT</th>.*?</tr>', drawn[0])[0]
    assert words(riot).endswith("67.9 %")


def test_a_price_given_is_told_as_given(sample: Dataset) -> None:
    asked = sample.screen(securities=["RIOT"], coin_price={"BTC": 150_000.0})
    said = words(asked.render("html").decode())
    assert "Riot Platforms would fall below the threshold with BTC at $118,226 (-21 %)" in said
    assert "given $150,000" in said
    assert "BTC price as given;" in said
    assert "at the price given 55.9 %" in said


def test_list_and_line_disagree_on_the_page(page: str) -> None:
    told = section(page, "disagreements")
    assert "RIOT yes no 42.3 % 30 Sep 2025 does not meet digital_asset_ratio >= 0.5" in told
    assert "SBET yes not assessed – 9 Nov 2025 total assets unknown" in told
    assert "GameSquare: 3.3 % as reported" in told
    assert "held through fund: 56.6 % as reported, 47.1 % at coin prices" in told
    assert "are on the same side of the threshold" not in told


def test_readings_on_both_sides_of_the_line_are_told(sample: Dataset) -> None:
    said = words(sample.screen(securities=["RIOT"], threshold=0.45).render("html").decode())
    assert (
        "Riot Platforms: 49.1 % as reported, 49.1 % with all coins, 42.3 % at coin prices" in said
    )
    assert "No list was given to compare with the threshold" in said
    agreeing = words(sample.screen(securities=["RIOT"]).render("html").decode())
    assert "are on the same side of the threshold" in agreeing


def test_probabilities_and_moves_are_shown_where_asked(page: str, sample: Dataset) -> None:
    said = words(page)
    assert "Probability on 27 Feb 2026, coins moving 55.0 % a year without drift" in said
    assert "RIOT buy with debt $500m" in said
    bare = sample.screen().render("html").decode()
    assert 'id="moves"' not in bare
    assert 'href="#moves"' not in bare


def test_each_candidate_has_a_profile_with_what_the_data_supports(page: str) -> None:
    cards = {
        words(each).split(" ")[0]: words(each)
        for each in re.findall(r'<article class="card profile">.*?</article>', page, re.DOTALL)
    }
    assert len(cards) == 24
    strategy = cards["Strategy"]
    for said in ("outflow $8.80bn", "days to liquidate at 20 % 16.7", "99.3 %",
                 "mNAV 0.92× mNAV with debt 1.17×", "In 18 indices:", "inferred from holdings",
                 "Not in the data: analysts' notes."):  # fmt: skip
        assert said in strategy
    assert "24 Nov 2025 (after the as-of date): Overweight, target $19.00 → $17.00" in cards["Riot"]
    assert "outflow ≥ $164k" in cards["SharpLink"]


def test_the_outflow_of_a_profile_is_that_of_the_scenario(
    result: Paged[ScreenAnswer], page: str, sample: Dataset
) -> None:
    files = carried(page)
    whole = json.loads(files["flowrisk.json.gz"])
    ours = {row["ticker"]: row["outflow_usd"] for row in whole["outflows"]}
    theirs = sample.scenario(providers="all").outflows
    assert ours == dict(theirs.select("ticker", "outflow_usd").rows())
    ratios = formats.frame_bytes(result.digital_asset_ratios, "csv")
    assert files["digital_asset_ratios.csv"].encode() == ratios


def test_the_same_answer_gives_the_same_bytes_of_little_size(
    result: Paged[ScreenAnswer], page: str
) -> None:
    assert result.render("html").decode() == page
    assert len(page.encode()) < 400_000


def test_the_table_alone_reads_no_holdings(result: Paged[ScreenAnswer]) -> None:
    assert set(result.answer.marts) == {
        "digital_asset_ratios", "moves", "rule_verdicts", "rule_tests", "rule_disagreements",
        "treasury_statements",
    }  # fmt: skip


def test_hostile_names_stay_text_and_short(result: Paged[ScreenAnswer]) -> None:
    texts = {"ticker", "security_name", "coins", "not_assessed_reason", "source", "reason", "move",
             "rule_id", "rule_name", "missing"}  # fmt: skip
    hostile = replace(result.answer, marts={
        name: frame.with_columns(pl.lit(HOSTILE).alias(c) for c in texts & set(frame.columns))
        for name, frame in result.answer.marts.items()
    })  # fmt: skip
    page = screen_page(hostile).decode()
    without_data = re.sub(r"href='data:[^']*'", "", page)
    assert len(re.findall("<script", page)) == 1
    assert "<img" not in page
    assert "\u202e" not in without_data
    assert "x" * 500 not in without_data
    assert "&lt;script&gt;" in page


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    links = re.findall(r"""\b(?:src|href|action|xlink:href)=(["'])(.*?)\1""", page, re.DOTALL)
    assert all(target.startswith(("#", "data:")) for _, target in links)
    assert not re.search(r"<[^>]+\s(on\w+|style)=", re.sub(r"href='[^']*'", "", page))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_the_command_on_the_page_makes_the_page_again(tmp_path: Path, page: str) -> None:
    command = html.unescape(re.search(r'<pre class="wrap"[^>]*>(.*?)</pre>', page)[1])
    program, *arguments = shlex.split(command)
    assert (program, arguments[0]) == ("flowrisk", "screen")
    root = ROOT
    subprocess.run([sys.executable, "-m", "flowrisk", *arguments, "-q"], cwd=tmp_path, check=True,
                   env={"PYTHONPATH": str(root)}, capture_output=True)  # fmt: skip
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page


def test_a_candidate_without_prices_of_its_coin_has_no_chart(
    make_dataset: Callable[..., Dataset],
) -> None:
    made = make_dataset(treasuries=[treasury(12_000, 1.0, 90_000)], coin_prices=[])
    said = made.screen(as_of=AS_OF).render("html").decode()
    assert 'id="prices"' not in said
    assert "Alpha is 1.9 percentage points above the 50 % threshold" in said
    priced = make_dataset("b", treasuries=[treasury(12_000, 1.0, 90_000)],
                          coin_prices=prices(90_000, 90_000))  # fmt: skip
    assert 'id="prices"' in priced.screen(as_of=AS_OF).render("html").decode()


@pytest.mark.browser
def test_the_ratios_sort_by_value_and_filter(browser: Browser, report_file: Path) -> None:
    window = opened(browser, report_file)
    table = window.locator("table.sortable", has_text="Digital assets over total assets against")
    table.locator("thead button", has_text="Break-even price").click()
    assert "GameSquare" not in table.locator("tbody tr").nth(1).inner_text()
    assert "DJT" in table.locator("tbody tr").nth(1).inner_text()
    window.locator("#ratios .filter:visible input").first.fill("eth")
    assert table.locator("tbody tr:visible").count() == 5
