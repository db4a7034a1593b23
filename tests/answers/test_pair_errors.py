"""Leave one out: over a dataset of whole listings, and over real ones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import flowrisk
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.api import Dataset

DAY = dt.date(2025, 10, 31)
REAL = {
    "S000004341": ("ishares", "ishares/IWV_holdings_2025-05-21.csv", None),
    "S000004344": ("ishares", "ishares/IWM_holdings_2025-05-13.csv", None),
    "S000021461": ("ishares", "ishares/ACWI_holdings_2025-01-08_nopreamble.csv", "2025-01-08"),
}  # fmt: skip


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


def _ingested(folder: Path, form: str, path: Path, fund_id: str, on: str | None) -> None:
    from flowrisk.ingest.readers.parsed import Hints
    from flowrisk.ingest.run import ingest

    day = dt.date.fromisoformat(on) if on else None
    ingest([path], format=form, data=folder, hints=Hints(fund_id=fund_id, as_of_on=day))
