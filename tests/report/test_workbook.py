"""The workbook: a summary in millions, notes that say what was asked, every frame on a sheet, and
nothing that runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from conftest import missing

from flowrisk.dataset import contract, sql_models
from flowrisk.report import note, workbook

if TYPE_CHECKING:
    from pathlib import Path

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


def summary(content: bytes) -> pl.DataFrame:
    """The table of the summary, below its four lines."""
    found: pl.DataFrame = (
        fastexcel.read_excel(content).load_sheet("Summary", header_row=4).to_polars()
    )
    return found


def sheet_xml(content: bytes, number: int) -> str:
    with zipfile.ZipFile(BytesIO(content)) as book:
        return book.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_the_summary_is_in_millions_with_bounds_in_a_column_of_their_own(content: bytes) -> None:
    table = summary(content)
    by_row = {(row["Company"], row["Scenario"]): row for row in table.rows(named=True)}
    lead = by_row["Strategy", "msci"]
    # 15,808,770 shares at 177.13 are 2,800.207 million
    assert lead["Outflow ($m)"] == pytest.approx(15.80877 * 177.13, rel=1e-6)
    assert lead["Shares (m)"] == pytest.approx(15.80877)
    assert (lead["Bound of the outflow"], lead["Found by"]) == ("calibrated", "calibrated")
    assert by_row["MARA", "all"]["Bound of the outflow"] == "at least (≥)"
    assert by_row["Basket", "all"]["Outflow ($m)"] == pytest.approx(10_604.86, abs=0.5)
    assert lead["Price of"].isoformat().startswith("2025-11-20")
    assert table.schema["Outflow ($m)"] == pl.Float64
    assert "\u2265" not in "".join(map(str, table.select(pl.col(pl.Float64)).rows()))


def test_what_is_unknown_is_an_empty_cell(content: bytes) -> None:
    table = summary(content)
    (row,) = table.filter(pl.col("Ticker") == "SBET", pl.col("Scenario") == "msci").rows(named=True)
    assert row["Bound of the outflow"] == row["Bound of the own estimate"] == "unknown"
    known = {"Company", "Ticker", "Scenario", "Price ($)", "Price of"}
    assert {name for name, value in row.items() if value is not None} - known == {
        "Bound of the outflow", "Bound of the own estimate",
    }  # fmt: skip
    assert not {"n/a", "–", "-"} & {str(cell) for line in table.rows() for cell in line}


@pytest.mark.parametrize("number", [1, 3])
def test_heads_stay_in_sight_and_filter_their_rows(content: bytes, number: int) -> None:
    xml = sheet_xml(content, number)
    first = 5 if number == 1 else 1
    assert f'topLeftCell="C{first + 1}"' in xml if number == 1 else "topLeftCell=" in xml
    assert f'<autoFilter ref="A{first}:' in xml
    assert 'state="frozen"' in xml
    assert xml.count("<col ") >= 10


def test_every_figure_of_money_has_a_format(content: bytes) -> None:
    with zipfile.ZipFile(BytesIO(content)) as book:
        styles = book.read("xl/styles.xml").decode()
    forms = re.findall(r"<xf numFmtId=\"(\d+)\"", styles.split("<cellXfs")[1])
    row = re.search(r'<row r="6".*?</row>', sheet_xml(content, 1), re.DOTALL)
    assert row is not None
    cells = dict(re.findall(r'<c r="([A-Z]+)6" s="(\d+)"', row[0]))
    codes = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles))
    assert codes[forms[int(cells["D"])]] == "#,##0.00"
    assert codes[forms[int(cells["T"])]] == "yyyy-mm-dd"


@pytest.mark.parametrize("command", ["risk", "screen"])
def test_the_other_commands_have_a_summary_too(sample: Dataset, command: str) -> None:
    result = sample.risk(PROBABILITIES) if command == "risk" else sample.screen()
    table = summary(result.render("xlsx"))
    if command == "risk":
        (row,) = table.filter(Company="Basket").rows(named=True)
        basket = result.answer.marts["distributions"].filter(security_id="basket")
        assert row["Mean ($m)"] * 1e6 == pytest.approx(basket["mean_usd"].item())
    else:
        (row,) = table.filter(Company="SharpLink Gaming").rows(named=True)
        assert row["Total assets ($m)"] is None
        assert row["Why not assessed"] == "total assets unknown"


@pytest.mark.slow
def test_libreoffice_opens_it_with_numbers_as_numbers_and_dates_as_dates(
    content: bytes, tmp_path: Path
) -> None:
    program = shutil.which("soffice") or missing("libreoffice", "no LibreOffice on this machine")
    source = tmp_path / "answer.xlsx"
    source.write_bytes(content)
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--convert-to", "ods", "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    opened = (tmp_path / "answer.ods").read_bytes()
    assert fastexcel.read_excel(opened).sheet_names == fastexcel.read_excel(content).sheet_names
    ours, theirs = (summary(each).with_columns(pl.col("Price of").cast(pl.Date))
                    for each in (content, opened))  # fmt: skip
    assert theirs.schema == ours.schema
    assert all(
        mine == pytest.approx(other, rel=1e-12) if isinstance(mine, float) else mine == other
        for first, second in zip(ours.rows(), theirs.rows(), strict=True)
        for mine, other in zip(first, second, strict=True)
    )
    with zipfile.ZipFile(BytesIO(opened)) as book:
        sheet = book.read("content.xml").decode()
    assert 'office:value-type="date" office:date-value="2025-11-20"' in sheet
    assert "#VALUE!" not in sheet
    assert "Err:" not in sheet


def test_every_frame_has_a_sheet_whose_figures_are_its_own(
    content: bytes, sample_result: ScenarioResult
) -> None:
    names = fastexcel.read_excel(content).sheet_names
    assert names == ["Summary", "Notes", *sample_result.answer.marts]
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


def test_the_notes_say_what_was_asked_of_which_data(
    content: bytes, sample_result: ScenarioResult
) -> None:
    answer, cover = sample_result.answer, rows(content, "Notes")
    said = {row[0]: row[1] for row in cover if row[0]}
    assert said["Finding"].startswith("If MSCI deletes Strategy")
    assert said["Reproduce"] == "flowrisk scenario --providers msci,all -o answer.xlsx"
    assert said["As of"] == "2025-11-20 00:00:00"
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
    cover = rows(sample.scenario(participation=0.1, price={"MSTR": 150}).render("xlsx"), "Notes")
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
    assert ("Dataset", "'=1+1") in {row[:2] for row in rows(content, "Notes")}
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
