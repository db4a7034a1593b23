"""The sliders: what the page counts again is what flowrisk answers to the same assumptions."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from browsing import audited, opened

import flowrisk
from flowrisk.dataset import resources
from flowrisk.report.sections import what_if
from flowrisk.text import formatting, scenario, sentences

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from flowrisk.api import Dataset, ScenarioResult

browsing = pytest.mark.browser
FORMS = {
    "outflow_usd": scenario.outflow,
    "outflow_shares": lambda row: formatting.shares(row["outflow_shares"]),
    "days_to_sell": lambda row: formatting.days(row["days_to_sell"]),
}


@pytest.fixture(scope="module")
def report_file(sample_result: ScenarioResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_result.write_report(tmp_path_factory.mktemp("report") / "report.html")


def tried(browser: Browser, file: Path, width: int = 1440, **context: Any) -> Page:
    """The page with its chapter *What if* open."""
    page = opened(browser, file, width, **context)
    page.locator("details.trial > summary").click()
    return page


def typed(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"#what-if-{name.replace('_', '-')}").fill(value)


def assert_counted(page: Page, result: ScenarioResult) -> None:
    """The table of the page and an answer say the same, to 1e-9 and in every digit shown."""
    rows = result.outflows.filter(pl.col("ticker") == "MSTR").rows(named=True)
    lines = page.locator(".trial tbody tr").all()
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for name, form in FORMS.items():
            cell = line.locator(f"[data-figure={name}]")
            counted = float(str(cell.get_attribute("data-value")))
            assert counted == pytest.approx(row[name], rel=1e-9)
            assert cell.inner_text() == form(row)


def with_ratios(folder: Path, **ratios: float) -> Dataset:
    """The sample with other tracking ratios of Strategy, by provider."""
    shutil.copytree(resources.sample_folder(), folder, ignore=shutil.ignore_patterns("sources"))
    path = folder / "tracking_ratios.parquet"
    table = pl.read_parquet(path)
    changed = pl.col("provider_id").str.replace_all("-", "_").replace_strict(ratios, default=None)
    table.with_columns(
        tracking_ratio=pl.coalesce(changed.cast(pl.Float64), "tracking_ratio")
    ).write_parquet(path)
    return flowrisk.open_dataset(folder)


@browsing
def test_untouched_it_says_what_the_page_says(
    browser: Browser, report_file: Path, sample_result: ScenarioResult
) -> None:
    page = tried(browser, report_file)
    assert_counted(page, sample_result)
    said = [line.split() for line in page.locator(".trial tbody td").all_inner_texts()]
    assert all(ours == page_says for ours, _, page_says in said)


@browsing
@pytest.mark.parametrize(
    ("price_usd", "participation_ratio"), [(150.0, 0.1), (0.37, 0.33), (412.5, 1.0)]
)
def test_price_and_participation_count_as_flowrisk_does(
    price_usd: float, participation_ratio: float, browser: Browser, report_file: Path,
    sample: Dataset,
) -> None:  # fmt: skip
    page = tried(browser, report_file)
    typed(page, price=f"{price_usd}", participation=f"{participation_ratio * 100:g}")
    asked = sample.scenario(price={"MSTR": price_usd}, participation=participation_ratio)
    assert_counted(page, asked)


@browsing
def test_tracking_ratios_count_as_flowrisk_does(
    browser: Browser, report_file: Path, tmp_path: Path
) -> None:
    page = tried(browser, report_file)
    page.locator(".trial section summary").click()
    labels = page.locator(".trial details label").all_inner_texts()
    assert labels[:2] == ["MSCI, % of index shares", "CRSP, % of shares outstanding"]
    typed(page, ratio_0="8.125", ratio_1="0.1")  # CRSP's is below the observed part: that stays
    assert_counted(page, with_ratios(tmp_path / "data", msci=0.08125, crsp=0.001).scenario())


@browsing
def test_nothing_estimated_is_a_bound(browser: Browser, report_file: Path, tmp_path: Path) -> None:
    page = tried(browser, report_file)
    page.locator(".trial section summary").click()
    typed(page, **{f"ratio_{i}": "0.0001" for i in range(5)})
    tiny = with_ratios(
        tmp_path / "data",
        **dict.fromkeys(("msci", "crsp", "nasdaq", "ftse_russell", "sp_dji"), 0.000001),
    ).scenario()
    assert_counted(page, tiny)
    assert page.locator(".trial [data-figure=outflow_usd]").first.inner_text() == "≥ $486m"


@browsing
def test_the_arrow_keys_move_it_and_the_button_puts_it_back(
    browser: Browser, report_file: Path
) -> None:
    page = tried(browser, report_file)
    slider = page.get_by_role("slider", name="Share price, US dollars, slider")
    before = page.locator(".trial tbody").inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#what-if-price").input_value() == "178"
    assert page.locator(".trial [data-figure=outflow_usd]").last.inner_text() == "$8.84bn"
    page.get_by_role("button", name="Reset").click()
    assert page.locator("#what-if-price").input_value() == "177.13"
    assert page.locator(".trial tbody").inner_text() == before


@browsing
@pytest.mark.parametrize("typed_in", ["", "-1"])
def test_what_is_no_price_gives_no_dollars(
    typed_in: str, browser: Browser, report_file: Path
) -> None:
    page = tried(browser, report_file)
    typed(page, price=typed_in, participation="0")
    line = page.locator(".trial tbody tr").first
    assert [cell.split()[0] for cell in line.locator("td").all_inner_texts()] == [
        "–",
        "15.81m",
        "–",
    ]


@browsing
def test_the_page_itself_never_moves_and_is_what_is_printed(
    browser: Browser, report_file: Path
) -> None:
    page = tried(browser, report_file)
    cards = page.locator("#headline .cards").inner_text()
    typed(page, price="1")
    assert page.locator("#headline .cards").inner_text() == cards
    page.emulate_media(media="print")
    assert not page.locator(".trial").is_visible()
    assert page.locator("#headline .cards").inner_text() == cards


@browsing
def test_without_a_script_there_is_nothing_to_move(browser: Browser, report_file: Path) -> None:
    page = opened(browser, report_file, java_script_enabled=False)
    assert not page.locator(".trial").is_visible()
    assert not page.get_by_role("heading", name="What if").is_visible()


@browsing
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_labelled_and_said_to_be_the_readers(
    scheme: str, browser: Browser, report_file: Path
) -> None:
    page = tried(browser, report_file, 360, color_scheme=scheme)
    page.locator(".trial section summary").click()
    assert audited(page) == []
    assert "Your assumptions: change one" in page.locator(".trial p").first.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def moved(result: ScenarioResult) -> what_if.WhatIf | None:
    return what_if.what_if(result.answer, sentences.subject(result.answer))


def test_nothing_sold_is_nothing_to_move(sample: Dataset) -> None:
    assert moved(sample.scenario(providers="msci", securities="SBET")) is None


def test_a_method_without_ratios_has_no_slider_of_ratios(sample: Dataset) -> None:
    observed = moved(sample.scenario(method="observed"))
    assert observed is not None
    assert [each.slider_id for each in observed.sliders] == ["price", "participation"]
    assert observed.ratios == ()


def test_who_freezes_has_no_slider(sample: Dataset) -> None:
    asked = moved(sample.scenario(providers="all", treatment="msci=freeze"))
    assert asked is not None
    assert [each.provider_id for each in asked.ratios] == [
        "crsp", "nasdaq", "ftse-russell", "sp-dji",
    ]  # fmt: skip


def test_a_slider_runs_in_round_steps_to_twice_its_start(sample_result: ScenarioResult) -> None:
    asked = moved(sample_result)
    assert asked is not None
    price, participation = asked.sliders
    assert (price.start, price.low, price.high, price.step) == ("177.13", "1", "355", "1")
    assert (participation.start, participation.high) == ("20", "100")
    msci = asked.ratios[0]
    # 2 x 6.057 % = 12.114 %, up to the next step
    assert (msci.start, msci.low, msci.high, msci.step) == ("6.057", "0.01", "12.12", "0.01")
