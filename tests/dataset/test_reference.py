"""Rows of one's own over the tables: merged by key, checked by line, never the table itself."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from paths import ROOT

import flowrisk
from flowrisk.dataset.contract import tables
from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    from pathlib import Path

STRATEGY = "US5949724083"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "sample_data", folder)
    return folder


def write(data: Path, name: str, text: str) -> None:
    (data / "reference").mkdir(exist_ok=True)
    (data / "reference" / name).write_text(text, encoding="utf-8")


def test_a_row_replaces_the_cells_it_gives_and_adds_what_is_new(data: Path) -> None:
    before = flowrisk.open_dataset(data)
    old = before.query("from staging.securities order by security_id")
    write(data, "securities.csv", "security_id,ticker,security_name,issuer_id,share_class,country,"
          "currency,float_shares\n"
          f"{STRATEGY},,,,,,,null\n"
          "US00000NEW07,NEWC,New Coin Holdings,newc,common,US,USD,5e6\n")  # fmt: skip
    now = flowrisk.open_dataset(data)
    new = now.query("from staging.securities order by security_id")
    assert new.height == old.height + 1
    row = new.filter(security_id="US00000NEW07").row(0, named=True)
    assert (row["ticker"], row["float_shares"], row["shares_outstanding"]) == ("NEWC", 5e6, None)
    assert row["source"] == "reference/securities.csv, line 3"
    changed = new.filter(security_id=STRATEGY).row(0, named=True)
    known = old.filter(security_id=STRATEGY).row(0, named=True)
    told = {"float_shares": None, "basis": "reported", "source": "reference/securities.csv, line 2"}
    assert changed == {**known, **told}
    # all other rows, and the table itself, are as they were
    others = pl.col("security_id").is_in([STRATEGY, "US00000NEW07"]).not_()
    assert new.filter(others).equals(old.filter(others))
    assert now.digest != before.digest
    (data / "reference" / "securities.csv").unlink()
    assert flowrisk.open_dataset(data).digest == before.digest


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("fund.csv", "fund_id\n", "nearest: funds"),
        ("holdings.csv", "fund_id\n", "positions are loaded by 'ingest'"),
        ("funds.csv", "fund_id,idx_id\nX,y\n", "column: idx_id"),
        ("funds.csv", "index_id\nmsci-acwi\n", "is part of the key and missing"),
        ("funds.csv", "fund_id,index_id\nX\n", "line: 2"),
        ("funds.csv", "fund_id,index_id\n,msci-acwi\n", "column: fund_id"),
        ("funds.csv", "fund_id,index_id\nA,x\nA,y\n", "the key of line 2 again"),
        ("funds.csv", "fund_id,index_id\nNEW,msci-acwi\n", "a new row of funds needs it"),
        ("indices.csv", "index_id,tracked_aum_usd\nmsci-acwi,5bn\n", "'5bn' is no number"),
        ("indices.csv", "index_id,tracked_aum_usd\nmsci-acwi,nan\n", "'nan' is no number"),
        ("indices.csv", "index_id,tracked_aum_on\nmsci-acwi,20.11.2025\n", "is no day such as"),
        ("indices.csv", 'index_id,index_name\nmsci-acwi,"cut\n', "line: "),
        ("funds.csv", "fund_id,basis\nIWV,guessed\n", "'guessed' is none of reported"),
    ],
)
def test_what_cannot_be_used_is_refused_by_line_and_column(
    name: str, text: str, reason: str, data: Path
) -> None:
    write(data, name, text)
    with pytest.raises(DataError) as caught:
        flowrisk.open_dataset(data).scenario(securities=["MSTR"], providers="msci")
    assert reason in str(caught.value)


def test_a_mapped_fund_counts_at_once(data: Path) -> None:
    dataset = flowrisk.open_dataset(data)
    question = {"securities": ["MSTR"], "providers": "msci", "method": "observed"}
    before = dataset.scenario(**question).outflows["outflow_shares"].item()
    frame = pl.DataFrame({"isin": [STRATEGY], "shares": [1_000.0]})
    dataset.ingest(frame, columns={"isin": "isin", "shares": "shares"}, fund="OURS",
                   as_of="2025-11-20")  # fmt: skip
    assert dataset.scenario(**question).outflows["outflow_shares"].item() == before
    dataset.map("ours", "MSCI ACWI Index", source="fact sheet")
    assert dataset.scenario(**question).outflows["outflow_shares"].item() == before + 1_000
    dataset.map("OURS", "none", source="fact sheet")
    assert dataset.scenario(**question).outflows["outflow_shares"].item() == before
    assert (data / "reference/funds.csv").read_text() == (
        "fund_id,index_id,basis,source\nOURS,null,reported,fact sheet\n"
    )


def test_an_unknown_name_is_refused_with_the_nearest_and_nothing_is_written(data: Path) -> None:
    dataset = flowrisk.open_dataset(data)
    with pytest.raises(QuestionError, match="knows no indices called 'msci-acwy'"):
        dataset.map("IWY", "msci-acwy", source="x")
    with pytest.raises(DataError, match="cannot be used"):
        dataset.add("index", source="x", index_id="new-index")
    with pytest.raises(QuestionError, match="no table 'holding'"):
        dataset.add("holding", source="x", fund_id="A")
    assert not (data / "reference").exists()
    with pytest.raises(QuestionError, match="sample is never written"):
        flowrisk.open_dataset().add("provider", source="x", provider_id="a", provider_name="A")


cell = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1,
               max_size=20).map(str.strip).filter(lambda text: text and text != "null")  # fmt: skip


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.dictionaries(cell, cell, min_size=1, max_size=4))
def test_what_is_added_is_read_back_whatever_it_holds(rows: dict[str, str], data: Path) -> None:
    shutil.rmtree(data / "reference", ignore_errors=True)
    dataset = flowrisk.open_dataset(data)
    for provider_id, name in rows.items():
        dataset.add("provider", source="=1+1", provider_id=provider_id, provider_name=name)
    found = flowrisk.open_dataset(data).query(
        "select provider_id, provider_name from raw.providers"
    )
    assert rows.items() <= dict(found.rows()).items()


def test_every_table_but_holdings_can_be_added_to() -> None:
    from flowrisk.dataset import reference

    for name in tables().keys() - {"holdings"}:
        assert reference.table_of(name).name == name
    assert reference.table_of("security").name == "securities"
    assert reference.table_of("index").name == "indices"


def test_a_row_is_never_written_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "providers.csv").write_text("provider_id,provider_name,basis,source\n")
    data = flowrisk.init(tmp_path / "ds").path
    for link, target in (
        ("reference", victim),
        ("reference/providers.csv", victim / "providers.csv"),
    ):
        (data / link).parent.mkdir(exist_ok=True)
        (data / link).symlink_to(victim / target)
        with pytest.raises(QuestionError, match="cannot be written"):
            flowrisk.open_dataset(data).add(
                "provider", source="x", provider_id="a", provider_name="A"
            )
        (data / link).unlink()
    assert [path.read_text() for path in victim.iterdir()] == [
        "provider_id,provider_name,basis,source\n"
    ]
    umask = os.umask(0o027)
    try:
        path = flowrisk.open_dataset(data).add(
            "provider", source="x", provider_id="a", provider_name="A"
        )
    finally:
        os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in path.parent.iterdir()] == [path.name]
