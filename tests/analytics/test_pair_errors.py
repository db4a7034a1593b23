"""How well one tracker's positions foretell another's, worked by hand and on real listings."""

from __future__ import annotations

import re

import polars as pl
import pytest
from paths import ROOT

from flowrisk.analytics.pair_errors import bands, errors, measured, named


def _pairs(pair_id: str, factors: list[float], kind: str = "same-index") -> pl.DataFrame:
    """Return positions of 100 shares each, foretold a tenth of it, off by these factors."""
    return pl.DataFrame({
        "pair_id": [pair_id] * len(factors),
        "security_id": [f"S{number}" for number in range(len(factors))],
        "ticker": [f"T{number}" for number in range(len(factors))],
        "pair_kind": kind, "size_class": "large", "predictor": "a", "predicted": "b",
        "predictor_value_usd": 1e9, "predicted_value_usd": 1e8,
        "predictor_shares": 100.0, "predicted_shares": [10 * factor for factor in factors],
    })  # fmt: skip


FIVE = [0.9, 0.95, 1.0, 1.05, 1.1]


def test_an_error_is_measured_against_the_middle_of_the_pair() -> None:
    found = errors(_pairs("p", [2 * factor for factor in FIVE]))
    assert found["error_ratio"].to_list() == pytest.approx(FIVE)


def test_quantiles_and_the_scale_of_one_index() -> None:
    row = measured(errors(_pairs("p", FIVE))).row(0, named=True)
    # between the five values in even steps: 5 % lies a fifth of the way from 0.9 to 0.95
    assert (row["q05_ratio"], row["q25_ratio"]) == pytest.approx((0.91, 0.95))
    assert (row["q75_ratio"], row["q95_ratio"]) == pytest.approx((1.05, 1.09))
    assert row["scale_ratio"] == pytest.approx(1.0)
    assert measured(errors(_pairs("p", FIVE, "same-provider")))["scale_ratio"].item() is None


def test_a_pair_is_scored_by_the_others_never_by_itself() -> None:
    wide = _pairs("wide", [0.5, 0.95, 1.0, 1.05, 1.5])
    found = measured(errors(pl.concat([wide, _pairs("near", FIVE), _pairs("same", FIVE)])))
    rows = {row["pair_id"]: row for row in found.rows(named=True)}
    assert (rows["wide"]["band_low_ratio"], rows["wide"]["band_high_ratio"]) == pytest.approx(
        (0.91, 1.09)
    )
    assert rows["wide"]["inside_ratio"] == pytest.approx(3 / 5)
    assert rows["near"]["inside_ratio"] == 1.0


def test_a_lone_pair_and_listings_of_one_fund_have_no_band() -> None:
    assert measured(errors(_pairs("p", FIVE)))["inside_ratio"].item() is None
    twice = pl.concat([_pairs("a", FIVE, "same-fund"), _pairs("b", FIVE, "same-fund")])
    assert measured(errors(twice))["inside_ratio"].null_count() == 2


def test_bands_weigh_each_pair_by_its_positions() -> None:
    pairs = pl.concat([_pairs("a", FIVE), _pairs("b", [1.0] * 15)])
    (row,) = bands(measured(errors(pairs))).rows(named=True)
    assert (row["pairs_count"], row["members_count"]) == (2, 20)
    assert row["low_ratio"] == pytest.approx((0.91 * 5 + 1.0 * 15) / 20)
    assert row["high_ratio"] == pytest.approx((1.09 * 5 + 1.0 * 15) / 20)


def test_single_companies_are_reported_apart() -> None:
    rows = named(errors(_pairs("p", FIVE)), ["T4", "nobody"])
    assert rows.select("ticker", "error_ratio").rows() == [("T4", pytest.approx(1.1))]


def test_fewer_than_three_pairs_take_in_the_next_wider_kind() -> None:
    wide = [0.5, 0.95, 1.0, 1.05, 1.5]
    pairs = pl.concat([
        _pairs("one", FIVE, "same-provider"), _pairs("two", FIVE, "same-provider"),
        _pairs("far", wide, "other-provider"),
    ])  # fmt: skip
    rows = {row["pair_id"]: row for row in measured(errors(pairs)).rows(named=True)}
    # beside one other pair of its kind (0.91 to 1.09) the wider one counts: (0.91 + 0.59) / 2
    assert rows["one"]["band_low_ratio"] == pytest.approx((0.91 + 0.59) / 2)
    assert rows["one"]["band_high_ratio"] == pytest.approx((1.09 + 1.41) / 2)
    # the widest kind has none to take in, and no other pair of its own
    assert rows["far"]["band_low_ratio"] is None
    band = {row["pair_kind"]: row for row in bands(measured(errors(pairs))).rows(named=True)}
    assert band["same-provider"]["low_ratio"] == pytest.approx((0.91 * 2 + 0.59) / 3)


def test_the_table_of_the_manual_is_what_the_sample_ships() -> None:
    found = bands(pl.read_parquet(ROOT / "sample_data/pair_errors.parquet"))
    kinds = {"same-index": "one index", "same-provider": "one provider",
             "other-provider": "two providers"}  # fmt: skip
    sizes = {"large": "1 bp and more", "small": "below"}
    expected = {
        (kinds[row["pair_kind"]], sizes[row["size_class"]]): (
            str(row["pairs_count"]), f"{row['members_count']:,}", _band(row),
            "–" if row["inside_ratio"] is None else f"{row['inside_ratio']:.1%}".replace("%", " %"),
        )
        for row in found.rows(named=True) if row["pair_kind"] in kinds
    }  # fmt: skip
    page = (ROOT / "docs/method.md").read_text("utf-8")
    rows = re.findall(r"^\| ((?:one|two) \w+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| "
                      r"([^|]+) \|$", page, re.MULTILINE)  # fmt: skip
    assert {row[:2]: row[2:] for row in rows} == expected
    scored = found.filter(pl.col("inside_ratio").is_not_null())
    held = (scored["inside_ratio"] * scored["members_count"]).sum() / scored["members_count"].sum()
    said = f"Over all {scored['members_count'].sum():,} scored positions the bands held {held:.1%}"
    assert said.replace("%", " %") in " ".join(page.split())
    assert 0.85 <= held <= 0.95


def _band(row: dict[str, float]) -> str:
    low, high = (100 * (row[f"{end}_ratio"] - 1) for end in ("low", "high"))
    return f"{low:+.1f} to {high:+.1f} %".replace("-", "−")
