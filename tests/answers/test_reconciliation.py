"""Published figures beside ours: the whole sample, against numbers worked by hand."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from paths import WORKED

if TYPE_CHECKING:
    from flowrisk.api import Dataset

ANSWERS = tomllib.loads((WORKED / "calibrate.toml").read_text("utf-8"))
GAPS = ["price_gap_usd", "scope_gap_usd", "coverage_gap_usd", "rest_usd"]


@pytest.fixture(scope="module")
def reconciliation(sample: Dataset) -> pl.DataFrame:
    return sample.query("select * from marts.reconciliation")


def _row(frame: pl.DataFrame, estimate_id: str) -> dict[str, Any]:
    (row,) = frame.filter(estimate_id=estimate_id).rows(named=True)
    return row


def test_every_published_row_stands_beside_ours_or_says_why_not(
    reconciliation: pl.DataFrame, sample: Dataset
) -> None:
    assert reconciliation.height == sample.query("select * from raw.published_estimates").height
    compared = pl.col("outflow_usd").is_not_null()
    assert reconciliation.filter(compared == pl.col("not_compared_reason").is_not_null()).is_empty()


def test_the_four_parts_add_up_to_the_gap(reconciliation: pl.DataFrame) -> None:
    compared = reconciliation.filter(pl.col("not_compared_reason").is_null())
    assert compared.height == 11
    off = pl.sum_horizontal(GAPS) - pl.col("gap_usd")
    assert compared.select(off.abs().max()).item() < 1
    ours = pl.col("published_usd") - pl.col("gap_usd") - pl.col("headline_usd")
    assert compared.select(ours.abs().max()).item() < 1


def test_a_market_value_sets_the_price_the_figure_rests_on(reconciliation: pl.DataFrame) -> None:
    # 50bn / (267.468 + 19.640) m = 174.150; x 15.80877 m shares = $2.7531bn
    # beside the published 2.8
    row = _row(reconciliation, "jpmorgan-msci-2025-11-20")
    assert row["own_close_usd"] == pytest.approx(174.150, abs=1e-3)
    assert row["outflow_usd"] == pytest.approx(2.753103e9, rel=1e-6)
    assert row["rest_usd"] == pytest.approx(0.046897e9, rel=1e-4)


def test_the_figures_the_ratios_were_set_to_never_count_as_validation(
    reconciliation: pl.DataFrame,
) -> None:
    inputs = reconciliation.filter(pl.col("is_calibration_input"))["estimate_id"].to_list()
    assert sorted(inputs) == [
        "bitwise-m-hougan-msci-2025-12-03",  # repeats JPMorgan's 2.8
        "jpmorgan-as-cited-by-reuters-all-undated",
        "jpmorgan-as-cited-by-reuters-all-undated-2",
        "jpmorgan-as-cited-in-2026-all-2026-08-18",  # repeat it nine months later
        "jpmorgan-as-cited-in-2026-msci-2026-08-18",
        "jpmorgan-msci-2025-11-20",
        "strategy-letter-to-msci-msci-2025-12-10",  # repeats it too
    ]
    compared = reconciliation.filter(pl.col("not_compared_reason").is_null())
    assert compared["rests_on_calibration"].all()


def test_a_figure_at_a_price_that_never_traded_is_not_compared(
    reconciliation: pl.DataFrame,
) -> None:
    # 84.2bn over 259.56 m float shares is 324.4 a share; the nearest close was 167.5
    row = _row(reconciliation, "bitcoinforcorporations-all-2025-12-18-3")
    assert (row["outflow_usd"], row["our_position"]) == (None, None)
    assert "no price within 2 % of a close" in row["not_compared_reason"]


def test_inflows_baskets_and_undated_rows_say_why_they_are_not_compared(
    reconciliation: pl.DataFrame,
) -> None:
    def reason(estimate_id: str) -> str:
        return str(_row(reconciliation, estimate_id)["not_compared_reason"])

    assert "inflow" in reason("bloomberg-digest-sp-500-undated")
    assert "basket" in reason("bitcoinforcorporations-all-2025-12-18")
    assert "no close of its day" in reason("analysts-unnamed-digest-msci-undated")


@pytest.mark.parametrize("vintage", ["known", "later"])
def test_the_managers_come_out_as_worked(sample: Dataset, vintage: str) -> None:
    found = sample.query("select * from marts.manager_crosscheck where ticker = 'MSTR'")
    (row,) = found.filter(vintage=vintage).rows(named=True)
    for name, value in ANSWERS[f"managers_{vintage}"].items():
        assert row[name] == pytest.approx(value, rel=1e-8), name
