"""Charts as files: whole by themselves, with title, source and date, the same on page and disk."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from pages import with_marts

from flowrisk.errors import QuestionError
from flowrisk.report import chart_files, pdf, png
from flowrisk.report.page import scenario_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from flowrisk.api import Dataset, ScenarioResult
    from flowrisk.report.chart_files import ChartFile

PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
HOSTILE = (
    '<script>alert(1)</script>"><img src=x onerror=alert(2)> & ]]> \x08\ufffe\u202e' + "W" * 300
)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def charts(sample_result: ScenarioResult) -> dict[str, ChartFile]:
    return {each.name: each for each in sample_result.charts()}


@pytest.fixture(scope="module")
def every_chart(sample: Dataset, charts: dict[str, ChartFile]) -> list[ChartFile]:
    others = (sample.risk(PROBABILITIES), sample.screen())
    return [*charts.values(), *(each for result in others for each in result.charts())]


def said(svg: bytes) -> list[str]:
    """The texts of a chart, each once: under a text there may be its outline."""
    texts = [each for each in ET.fromstring(svg).iter(f"{SVG}text") if not each.get("aria-hidden")]  # noqa: S314 - ours
    return [each.text or "" for each in texts]


def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv(pdf.VARIABLE, raising=False)


def test_each_chart_of_a_page_is_a_file_of_its_name(
    charts: dict[str, ChartFile], sample_result: ScenarioResult
) -> None:
    page = sample_result.render("html").decode()
    drawn = re.findall(r'<svg class="chart" role="img"[^>]*aria-labelledby="([\w-]+)-title', page)
    assert [f"scenario-{name}" for name in drawn] == list(charts)
    assert {"scenario-waterfall", "scenario-by-security", "scenario-ranges"} <= set(charts)


def test_the_waterfall_holds_the_figures_worked_by_hand(charts: dict[str, ChartFile]) -> None:
    # 2.80 is JPMorgan's figure for MSCI, 8.80 for all five, so the others add 6.00
    words = said(charts["scenario-waterfall"].svg)
    assert words[0] == "MSCI alone: $2.80bn; four more providers add $6.00bn"
    assert "observed in covered funds" in words
    assert words[words.index("= all five providers") + 1] == "$8.80bn"
    assert any(
        each.startswith("Strategy: passive selling, US dollars at $177.13") for each in words
    )


def test_each_has_its_title_a_source_and_the_date(every_chart: list[ChartFile]) -> None:
    for each in every_chart:
        root = ET.fromstring(each.svg)  # noqa: S314 - ours
        title = root.findtext(f"{SVG}title")
        words = " ".join(said(each.svg))
        assert title, each.name
        assert words.startswith(title.replace("  ", " ")), each.name
        assert "Source: sample dataset" in words or each.name.startswith("risk"), each.name
        assert re.search(r"Chart: flowrisk .* sample dataset \w{12}, as of 20 Nov 2025\.", words)


def test_events_are_named_under_their_numbers(charts: dict[str, ChartFile]) -> None:
    words = said(charts["scenario-timeline"].svg)
    assert "5 6 Jan 2026, MSCI: decision, freeze" in words


def test_each_stands_on_its_own(every_chart: list[ChartFile]) -> None:
    for each in every_chart:
        text = each.svg.decode()
        root = ET.fromstring(text)  # noqa: S314 - ours
        width, height = root.get("width"), root.get("height")
        assert root.get("viewBox") == f"0 0 {width} {height}"
        ground = root.find(f"{SVG}rect")
        assert ground is not None
        assert (ground.get("width"), ground.get("height")) == (width, height)
        assert ground.get("fill") == "#fffefa"
        assert str(root.get("font-family")).endswith("sans-serif")
        # nothing a drawing program would not know, nothing from elsewhere, nothing that runs
        assert not re.search(r"%|var\(|class=|style|href|<script|<image|foreignObject|\son\w+=",
                             re.sub(r">[^<]*<", "><", text)), each.name  # fmt: skip
        links, ids = re.findall(r"url\(#([^)]*)\)", text), re.findall(r'\bid="([^"]*)"', text)
        assert set(links) <= set(ids)
        assert len(ids) == len(set(ids))
        assert all(name.startswith(each.name) for name in ids)
        for shape in root.iter():
            if shape.tag in {f"{SVG}rect", f"{SVG}polyline"}:
                assert shape.get("fill") or shape.get("stroke"), ET.tostring(shape)


def test_hostile_names_stay_text(sample_result: ScenarioResult) -> None:
    changed = with_marts(
        sample_result.answer,
        outflows=lambda frame: frame.with_columns(pl.lit(HOSTILE).alias("security_name")),
        fund_outflows=lambda frame: frame.with_columns(pl.lit(HOSTILE).alias("fund_name")),
    )
    page = scenario_page(replace(changed, dataset_name=HOSTILE))
    found = chart_files.of_page(page)
    assert len(found) > 5
    for each in found:
        root = ET.fromstring(each.svg)  # noqa: S314 - what is tested
        assert not {f"{SVG}script", f"{SVG}img"} & {part.tag for part in root.iter()}
    assert b"<script>alert" not in page


def test_the_same_answer_gives_the_same_files(
    sample_result: ScenarioResult, charts: dict[str, ChartFile]
) -> None:
    assert list(sample_result.charts()) == list(charts.values())


def test_without_chromium_each_is_written_as_svg(
    sample_result: ScenarioResult, charts: dict[str, ChartFile], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    without_browser(monkeypatch)
    with pytest.warns(UserWarning, match="SVG only: No Chromium was found to make the PNG with"):
        written = sample_result.write_charts(tmp_path / "charts")
    assert {path.name: path.read_bytes() for path in written} == {
        f"{name}.svg": each.svg for name, each in charts.items()
    }


def test_nothing_is_written_over_or_by_half(
    sample_result: ScenarioResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_browser(monkeypatch)
    folder = tmp_path / "charts"
    folder.mkdir()
    old = folder / "scenario-sources.svg"
    old.write_text("mine")
    with pytest.raises(QuestionError, match="exists already"):
        sample_result.write_charts(folder, sections="range")
    assert [path.name for path in folder.iterdir()] == ["scenario-sources.svg"]
    assert old.read_text() == "mine"
    with pytest.warns(UserWarning, match="SVG only"):
        sample_result.write_charts(folder, sections="range", force=True)
    assert {path.name for path in folder.iterdir()} == {"scenario-ranges.svg", old.name}
    (tmp_path / "file").write_text("")
    with pytest.raises(QuestionError, match="folder for outputs is none"):
        sample_result.write_charts(tmp_path / "file")


def test_a_chromium_that_draws_nothing_leaves_the_svg_and_is_named(
    sample_result: ScenarioResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "browser"
    program.write_text('#!/bin/sh\necho "data:image/png;base64,AAAA"\n')
    program.chmod(0o755)
    monkeypatch.setenv(pdf.VARIABLE, str(program))
    with pytest.warns(UserWarning, match="SVG only: Chromium drew no PNG"):
        sample_result.write_charts(tmp_path / "charts", sections="range")
    assert {path.suffix for path in (tmp_path / "charts").iterdir()} == {".svg"}


@pytest.mark.browser
@pytest.mark.usefixtures("printer")
def test_each_png_has_twice_the_size_and_is_drawn(charts: dict[str, ChartFile]) -> None:
    drawn = [each.svg for each in charts.values()]
    for image, svg in zip(png.to_png(drawn), drawn, strict=True):
        size = re.search(rb'width="(\d+)" height="(\d+)"', svg)
        assert size is not None
        assert [int.from_bytes(image[at : at + 4], "big") for at in (16, 20)] == [
            2 * int(size[1]), 2 * int(size[2]),
        ]  # fmt: skip
        assert len(image) > 10_000


@pytest.mark.browser
def test_no_text_of_a_file_leaves_it(
    browser: Browser, every_chart: list[ChartFile], tmp_path: Path
) -> None:
    page = browser.new_context(offline=True).new_page()
    for each in every_chart:
        path = tmp_path / f"{each.name}.svg"
        path.write_bytes(each.svg)
        page.goto(path.as_uri())
        assert page.evaluate("""() => {
          const whole = document.documentElement.getBoundingClientRect();
          return [...document.querySelectorAll('text')].filter((text) => {
            const box = text.getBoundingClientRect();
            return box.left < 0 || box.top < 0
              || box.right > whole.right || box.bottom > whole.bottom;
          }).map((text) => text.textContent);
        }""") == [], each.name  # fmt: skip


@pytest.mark.browser
def test_a_page_gives_each_chart_as_svg_and_as_png(
    browser: Browser, sample_result: ScenarioResult, tmp_path: Path
) -> None:
    path = sample_result.write(tmp_path / "report.html", sections="range")
    page = browser.new_context(offline=True, accept_downloads=True).new_page()
    page.goto(path.as_uri())
    for suffix in ("SVG", "PNG"):
        with page.expect_download() as found:
            page.get_by_text(f"Download {suffix}").first.click()
        assert found.value.suggested_filename == f"scenario-ranges.{suffix.lower()}"
        content = Path(found.value.path()).read_bytes()
        assert content.startswith(b"<svg " if suffix == "SVG" else b"\x89PNG")
