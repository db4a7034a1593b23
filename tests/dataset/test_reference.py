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


def reference(data: Path, **files: str) -> None:
    for name, text in files.items():
        write(data, f"{name}.csv", text)


def ingested(data: Path, **row: object) -> pl.DataFrame:
    frame = pl.DataFrame({name: [value] for name, value in row.items()})
    flowrisk.open_dataset(data).ingest(
        frame, columns={name: name for name in row}, fund="F1", as_of="2025-11-18"
    )
    held = pl.read_parquet(data / "holdings/as_of_month=2025-11/*.parquet")
    return held.filter(fund_id="F1")


NEW_ISIN = "US00000NEW07"
SECURITY = (
    "security_id,ticker,security_name,issuer_id,share_class,country,currency\n"
    f"{NEW_ISIN},NEWC,New Coin Holdings,newc,common,US,USD\n"
)
NAMED = f"scheme,value,security_id,valid_from_on\nticker+mic,XNAS:NEWC,{NEW_ISIN},2000-01-01\n"


def test_what_is_ingested_meets_the_securities_of_the_reference_files(data: Path) -> None:
    before = pl.read_parquet(data / "security_identifiers.parquet")
    reference(data, securities=SECURITY, security_identifiers=NAMED)
    held = ingested(data, ticker="NEWC", exchange="NASDAQ", name="New Coin", shares=700)
    assert held.select("security_id", "shares").rows() == [(NEW_ISIN, 700.0)]
    # what the files say stays theirs: the tables do not have it
    for name in ("securities", "security_identifiers"):
        rows = pl.read_parquet(data / f"{name}.parquet")
        assert rows.filter(pl.col("source").str.starts_with(f"reference/{name}.csv")).is_empty()
    after = pl.read_parquet(data / "security_identifiers.parquet")
    assert after.filter(value="XNAS:NEWC").height <= 1
    assert set(before["value"]) <= set(after["value"])
    answer = flowrisk.open_dataset(data).query("from staging.securities")
    row = answer.filter(security_id=NEW_ISIN).row(0, named=True)
    assert (row["ticker"], row["issuer_id"]) == ("NEWC", "newc")


def test_prices_of_a_security_of_the_reference_files_are_taken(data: Path) -> None:
    reference(data, securities=SECURITY)
    path = data.parent / "newc.csv"
    path.write_text("Date,Close,Volume,Currency\n2025-11-18,12.5,1000,USD\n")
    flowrisk.open_dataset(data).ingest([path], format="prices", security="NEWC")
    prices = pl.read_parquet(data / "prices.parquet").filter(security_id=NEW_ISIN)
    assert prices["close_usd"].to_list() == [12.5]


def test_a_fund_mapped_in_a_reference_file_is_not_said_to_have_no_index(data: Path) -> None:
    row = {"isin": STRATEGY, "shares": 1_000}
    frame = pl.DataFrame({name: [value] for name, value in row.items()})
    columns = {name: name for name in row}
    dataset = flowrisk.open_dataset(data)
    first = dataset.ingest(frame, columns=columns, fund="F1", as_of="2025-11-18")
    assert [fund.fund_id for fund in first.unindexed_funds] == ["F1"]
    dataset.map("F1", "sp-500", source="its prospectus")
    again = dataset.ingest(frame, columns=columns, fund="F1", as_of="2025-11-19")
    assert again.unindexed_funds == ()


def test_a_key_that_a_reference_file_names_is_not_given_up(data: Path) -> None:
    listing = SECURITY.replace(NEW_ISIN, "XNAS:NEWC")
    reference(data, securities=listing)
    held = ingested(data, isin=NEW_ISIN, ticker="NEWC", name="New Coin Holdings", shares=700)
    assert held["security_id"].to_list() == [NEW_ISIN]
    names = flowrisk.open_dataset(data).query("from staging.securities")
    assert names.filter(security_id="XNAS:NEWC").height == 1


def test_a_reference_file_that_cannot_be_used_stops_an_ingest(data: Path) -> None:
    write(data, "funds.csv", "fund_id,index_id,nonsense\nF1,sp-500,1\n")
    with pytest.raises(DataError, match="reference file"):
        ingested(data, isin=STRATEGY, shares=1_000)


def test_positions_in_a_folder_within_a_month_are_refused_by_name(data: Path) -> None:
    month = data / "holdings/as_of_month=2025-11"
    (month / "_temporary").mkdir()
    shutil.copy(next(month.glob("*.parquet")), month / "_temporary" / "part.parquet")
    flowrisk.open_dataset(data)  # what another program left behind
    deep = month / "copy" / "of"
    deep.mkdir(parents=True)
    shutil.copy(next(month.glob("*.parquet")), deep / "part.parquet")
    with pytest.raises(DataError, match="folder within a month"):
        flowrisk.open_dataset(data)


def test_a_doubted_coin_takes_no_security_of_its_name_with_it(data: Path) -> None:
    reference(data, securities=SECURITY.replace(NEW_ISIN, "BTC").replace("NEWC", "BTC"))
    coins = pl.read_parquet(data / "coin_prices.parquet").filter(coin="BTC")
    known_on = coins["priced_on"].max()
    path = data.parent / "BTC.csv"
    path.write_text(f"Date,Close,Volume,Currency\n{known_on},12.5,1000,USD\n")
    summary = flowrisk.open_dataset(data).ingest([path], format="prices", security="BTC")
    assert "prices of BTC are refused" in str(summary.notes)
    prices = pl.read_parquet(data / "prices.parquet").filter(security_id="BTC")
    assert prices["close_usd"].to_list() == [12.5]
    assert pl.read_parquet(data / "coin_prices.parquet").filter(coin="BTC").equals(coins)
