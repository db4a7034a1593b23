"""Leave one out: over a dataset of whole listings, and over real ones."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from paths import ROOT

import flowrisk
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.api import Dataset

DAY = dt.date(2025, 10, 31)
TICKERS = {"S000004341": "IWV", "S000004344": "IWM", "S000021461": "ACWI", "S000002848": "VTI",
           "S000004310": "IVV"}  # fmt: skip
REAL = {
    "S000004341": ("ishares", "ishares/IWV_holdings_2025-05-21.csv", None),
    "S000004344": ("ishares", "ishares/IWM_holdings_2025-05-13.csv", None),
    "S000021461": ("ishares", "ishares/ACWI_holdings_2025-01-08_nopreamble.csv", "2025-01-08"),
}  # fmt: skip
VTI = ("S000002848", "nport",
       "nport-csv/VANGUARD_TOTAL_STOCK_MARKET_INDEX_FUND_2025q3.csv", "2025-06-30")  # fmt: skip
TEN = (
    VTI, *((fund_id, *file) for fund_id, file in REAL.items()),
    ("S000004344", "ishares", "ishares/IWM_holdings_2026-04-10.csv", None),
    ("SWDA", "ishares", "ucits/SWDA_holdings_2025-08-29.csv", "2025-08-29"),
    ("S000004310", "ishares", "ishares/IVV_holdings_2025-11-18.csv", None),
    ("QQQ", "invesco", "invesco/QQQ_holdings_2025-09-24.csv", "2025-09-24"),
    ("QQQ", "invesco", "invesco/QQQ_holdings_2025-09-26.csv", "2025-09-26"),
    ("SPY", "state-street", "state-street/holdings-daily-us-en-spy_2025-11-18.xlsx", None),
)  # fmt: skip


def _listing(fund_id: str, factor: float) -> list[dict[str, Any]]:
    """Return 200 positions, one security in twenty off by a tenth."""
    return [
        {"fund_id": fund_id, "as_of_on": DAY, "security_id": f"S{number:03}",
         "shares": factor * (1_000 + number) * (1.1 if fund_id == "B" and number % 20 == 0 else 1),
         "market_value_usd": 1e6}
        for number in range(200)
    ]  # fmt: skip


def test_positions_are_foretold_in_proportion(make_dataset: Callable[..., Dataset]) -> None:
    funds = [{"fund_id": name, "fund_name": name, "index_id": "msci-world"} for name in "ABC"]
    found = make_dataset(
        funds=funds,
        fund_reports=[{"fund_id": name, "as_of_on": DAY, "holdings_scope": "full"}
                      for name in "ABC"],
        holdings=[*_listing("A", 1), *_listing("B", 0.25), *_listing("C", 3)],
    ).pair_errors()  # fmt: skip
    pairs = {row["pair_id"][0] + row["pair_id"][15]: row for row in found.pairs.rows(named=True)}
    assert set(pairs) == {"AB", "AC", "BC"}
    assert {row["members_count"] for row in pairs.values()} == {200}
    # a tenth of the positions of B are a tenth larger; A and C are one another in proportion
    assert pairs["AC"]["inside_ratio"] == 1.0
    assert pairs["AB"]["inside_ratio"] == pytest.approx(0.95)
    assert "each pair is scored by bands from the other pairs" in str(found)


def test_a_dataset_without_two_whole_listings_says_so(sample: Dataset) -> None:
    with pytest.raises(DataError, match="no two whole listings"):
        sample.pair_errors()


def test_real_listings_foretell_each_other_as_worked(
    tmp_path: Path, real_file: Callable[[str], Path]
) -> None:
    files = {fund_id: (form, real_file(name), on) for fund_id, (form, name, on) in REAL.items()}
    flowrisk.init(tmp_path / "d")
    for fund_id, (form, path, on) in files.items():
        _ingested(tmp_path / "d", form, path, fund_id, on)
    found = flowrisk.open_dataset(tmp_path / "d").pair_errors()
    whole = found.pairs.group_by("pair_id").agg(pl.col("members_count").sum())
    counts = {row[0].split(" > ")[0][:10] + row[0].split(" > ")[1][:10]: row[1]
              for row in whole.rows()}  # fmt: skip
    # by own reading of the files: 576 and 1,674 members in common, of which those matched count
    assert counts["S000021461S000004341"] == pytest.approx(576, rel=0.02)
    assert counts["S000004344S000004341"] == pytest.approx(1_674, rel=0.03)
    acwi = found.pairs.filter(
        pl.col("pair_id").str.starts_with("S000021461"), pl.col("size_class") == "large"
    ).row(0, named=True)
    # quartiles of ACWI over IWV: -1.9 and +2.7 %, so of IWV over ACWI -2.6 and +1.9 %
    assert acwi["q25_ratio"] == pytest.approx(1 / 1.027, abs=0.005)
    assert acwi["q75_ratio"] == pytest.approx(1 / 0.981, abs=0.005)


@pytest.mark.slow
def test_ten_real_listings_give_the_pairs_that_the_sample_ships(
    tmp_path: Path, real_file: Callable[[str], Path]
) -> None:
    flowrisk.init(tmp_path / "d")
    settled = None
    for fund_id, form, name, on in TEN:
        _ingested(tmp_path / "d", form, real_file(name), fund_id, on, settled)
        if settled is None:
            settled = _settled(tmp_path, real_file("mappings/edgartools_cusip_ticker_ct.pq"))
    dataset = flowrisk.open_dataset(tmp_path / "d")
    started = time.perf_counter()
    found = dataset.pair_errors().pairs
    assert time.perf_counter() - started < 5
    shipped = pl.read_parquet(ROOT / "sample_data/pair_errors.parquet")
    theirs = {(row["pair_id"], row["size_class"]): row for row in shipped.rows(named=True)}
    ours = {(_short(row["pair_id"]), row["size_class"]): row for row in found.rows(named=True)
            if row["members_count"] >= 20}  # fmt: skip
    assert set(ours) == set(theirs)
    for key, row in ours.items():
        assert row["pair_kind"] == theirs[key]["pair_kind"]
        assert row["members_count"] == pytest.approx(theirs[key]["members_count"], rel=0.02)
        for end in ("q05_ratio", "q95_ratio", "inside_ratio"):
            if theirs[key][end] is not None:
                assert row[end] == pytest.approx(theirs[key][end], abs=0.02)


def _short(pair_id: str) -> str:
    """Return a pair by the tickers of its funds."""
    for fund_id, ticker in TICKERS.items():
        pair_id = pair_id.replace(fund_id, ticker)
    return pair_id


def _settled(folder: Path, list_of_tickers: Path) -> Path:
    """Write which security a ticker of a New York market is, by the CUSIPs of the first fund."""
    held = pl.read_parquet(folder / "d/holdings/**/*.parquet").filter(pl.col("fund_id") == VTI[0])
    cusips = held.select(
        "security_id", Cusip=pl.col("security_id").str.extract("^(?:CUSIP:|US)([0-9A-Z]{9})")
    ).unique()
    markets = pl.DataFrame({"mic": ["XNAS", "XNYS", "BATS", "XASE", "ARCX"]})
    rows = pl.read_parquet(list_of_tickers).join(cusips, on="Cusip").join(markets, how="cross")
    path = folder / "map.csv"
    rows.sort("security_id").select(
        scheme=pl.lit("ticker+mic"), value=pl.col("mic") + ":" + pl.col("Ticker"),
        security_id="security_id",
    ).unique("value", keep="first", maintain_order=True).write_csv(path)  # fmt: skip
    return path


def _ingested(
    folder: Path, form: str, path: Path, fund_id: str, on: str | None, settled: Path | None = None
) -> None:
    from flowrisk.ingest.readers.parsed import Hints
    from flowrisk.ingest.run import ingest

    day = dt.date.fromisoformat(on) if on else None
    # other formats than a fund's own name it, and refuse a word for it
    hints = Hints(fund_id=None if form == "state-street" else fund_id, as_of_on=day)
    ingest([path], format=form, data=folder, hints=hints,
           map_file=settled if form == "ishares" else None)  # fmt: skip
