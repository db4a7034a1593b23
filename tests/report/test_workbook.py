"""The workbook: a cover that says what was asked, every frame on a sheet, and nothing that runs."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.dataset import contract, sql_models
from flowrisk.report import note, workbook

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult

fastexcel = pytest.importorskip("fastexcel")
PROBABILITIES = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"


@pytest.fixture(scope="module")
def content(sample_result: ScenarioResult) -> bytes:
    return sample_result.render("xlsx")


def rows(content: bytes, sheet: str) -> list[tuple[Any, ...]]:
    loaded = fastexcel.read_excel(content).load_sheet(sheet, header_row=None, dtypes="string")
    found: list[tuple[Any, ...]] = loaded.to_polars().rows()
    return found


def test_every_frame_has_a_sheet_whose_figures_are_its_own(
    content: bytes, sample_result: ScenarioResult
) -> None:
    names = fastexcel.read_excel(content).sheet_names
    assert names == ["cover", *sample_result.answer.marts]
    sheet = fastexcel.read_excel(content).load_sheet("outflows").to_polars()
    frame = sample_result.outflows
    assert sheet.columns == frame.columns
    for column in ("outflow_usd", "days_to_sell", "outflow_shares"):
        ours, theirs = frame[column], sheet[column]
        # an unknown figure is an empty cell
        assert theirs.is_null().to_list() == ours.is_null().to_list()
        assert theirs.drop_nulls().to_list() == pytest.approx(
            ours.drop_nulls().to_list(), rel=1e-15
        )
    assert sheet["priced_on"].cast(pl.Date).to_list() == frame["priced_on"].to_list()


def test_names_of_sheets_are_legal(sample: Dataset, sample_result: ScenarioResult) -> None:
    frozen = sample.scenario(preset="january-2026")
    risked, screened = sample.risk(PROBABILITIES), sample.screen()
    for result in (sample_result, frozen, risked, screened):
        for name in result.answer.marts:
            assert re.fullmatch(r"[a-z0-9_]{1,31}", name), name


def test_the_cover_says_what_was_asked_of_which_data(
    content: bytes, sample_result: ScenarioResult
) -> None:
    answer, cover = sample_result.answer, rows(content, "cover")
    said = {row[0]: row[1] for row in cover if row[0]}
    assert said["Finding"].startswith("If MSCI deletes Strategy")
    assert said["Reproduce"] == "flowrisk scenario --providers msci,all -o answer.xlsx"
    assert said["As of"] == "2025-11-20"
    assert said["SHA-256 of the data"] == answer.dataset_digest
    assert said["Version"] == f"flowrisk {answer.flowrisk_version}"
    assert "no independent check" in " ".join(r[1] for r in cover if r[0] == "Basis")
    lines = {tuple(cell for cell in row if cell is not None) for row in cover}
    assert ("participation", "20 %", "20 %", "share of a day's volume", "default") in lines
    assert ("outflows", "outflow_usd", "US dollars") in lines
    (drift,) = [row for row in lines if row[:1] == ("drift",)]
    assert drift[-2] == "judged"
    assert drift[-1].startswith("1.645 x 4 %")
    described = sql_models.models()["marts.outflows"].description
    # 2 scenarios x 24 securities
    assert ("outflows", "48", described) in lines
    named = {(row[0], row[1]) for row in cover}
    assert {(name, c) for name, f in answer.marts.items() for c in f.columns} <= named


def test_who_set_an_assumption_and_its_default_stand_side_by_side(sample: Dataset) -> None:
    cover = rows(sample.scenario(participation=0.1, price={"MSTR": 150}).render("xlsx"), "cover")
    by_name = {row[0]: row[1:] for row in cover if row[0]}
    assert by_name["participation"][:2] == ("10 %", "20 %")
    assert by_name["participation"][3] == "option --participation"
    assert by_name["price"][:2] == ("MSTR=150.0", "not set")


def test_names_that_a_spreadsheet_would_run_stay_text(sample_result: ScenarioResult) -> None:
    answer = sample_result.answer
    hostile = pl.lit('=HYPERLINK("https://example.org","x")').alias("security_name")
    marts = {**answer.marts, "outflows": answer.marts["outflows"].with_columns(hostile)}
    changed = replace(answer, marts=marts, dataset_name="=1+1")
    content = workbook.workbook(changed, note.scenario_memo(answer))
    with zipfile.ZipFile(BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts.values())
    assert not any("externalLink" in name or "rels/sheet" in name for name in parts)
    assert ("Dataset", "'=1+1") in {row[:2] for row in rows(content, "cover")}
    assert rows(content, "outflows")[1][3] == '\'=HYPERLINK("https://example.org","x")'


def test_the_same_answer_gives_the_same_bytes(
    content: bytes, sample_result: ScenarioResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sample_result.render("xlsx") == content
    with zipfile.ZipFile(BytesIO(content)) as book:
        assert b"1980-01-01T00:00:00Z" in book.read("docProps/core.xml")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763596800")
    with zipfile.ZipFile(BytesIO(sample_result.render("xlsx"))) as book:
        assert b"2025-11-20T00:00:00Z" in book.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("column", "unit"),
    [("outflow_usd", "US dollars"), ("tracking_ratio", "ratio (0-1)"), ("days_to_sell", "days"),
     ("is_stale", "true or false"), ("impact_low_bps", "basis points"), ("ticker", "")],
)  # fmt: skip
def test_a_columns_ending_is_its_unit(column: str, unit: str) -> None:
    assert contract.unit(column) == unit
