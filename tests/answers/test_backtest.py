"""Past forecasts and their scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.answers.backtest import scores
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset


def _cases(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {
        "forecast_shares": pl.Float64, "published_shares": pl.Float64, "is_scored": pl.Boolean,
        "is_calibrated": pl.Boolean, "is_inside": pl.Boolean, "published_kind": pl.String,
    }  # fmt: skip
    filler = {"is_scored": True, "is_calibrated": False, "is_inside": None,
              "published_kind": "desk estimate"}  # fmt: skip
    return pl.DataFrame([{**filler, **row} for row in rows], schema=schema, orient="row")


def test_the_scores_are_as_worked() -> None:
    # ln 2 and ln 1/2: no bias, RMSLE ln 2; (2 + 1) / (1 + 2); one of one inside
    found = scores(
        _cases(
            {"forecast_shares": 2.0, "published_shares": 1.0, "is_inside": True},
            {"forecast_shares": 1.0, "published_shares": 2.0},
        )
    ).row(0, named=True)
    assert found["bias_ratio"] == pytest.approx(0)
    assert found["rmsle_ratio"] == pytest.approx(math.log(2))
    assert found["forecast_of_published_ratio"] == pytest.approx(1)
    assert (found["interval_count"], found["inside_count"]) == (1, 1)


def test_without_a_scored_case_there_are_no_scores() -> None:
    lone = {"forecast_shares": 1.0, "published_shares": 1.0, "is_scored": False,
            "is_calibrated": True}  # fmt: skip
    found = scores(_cases(lone)).row(0, named=True)
    assert (found["bias_ratio"], found["rmsle_ratio"], found["interval_coverage_ratio"]) == (
        None, None, None,
    )  # fmt: skip
    assert found["calibrated_count"] == 1


@pytest.mark.parametrize(
    ("case_id", "forecast", "published"),
    [
        (
            "hdfc-bank-2024-11",
            88.105e6,
            88.757e6,
        ),  # 6.432 % x 0.18 x 7,610 m; 1.88bn x 84.3 / 1785.6
        ("adani-enterprises-2023-02", 6.84e6, 6.991e6),  # 6 % x 10 % x 1,140 m; 161 m x 82.5 / 1900
        ("coinbase-2025-05", 43.394e6, 43.432e6),  # 17.293 % of 52bn / 207.22; 9bn / 207.22
        ("tesla-2020-12", 124.97e6, 126.81e6),  # 51bn / 408.09; 85bn / 670.30
    ],
)
def test_the_cases_of_the_sample_are_as_worked(
    sample: Dataset, case_id: str, forecast: float, published: float
) -> None:
    (row,) = sample.backtest().cases.filter(case_id=case_id).rows(named=True)
    assert row["forecast_shares"] == pytest.approx(forecast, rel=1e-4)
    assert row["published_shares"] == pytest.approx(published, rel=1e-4)
    assert row["is_scored"]
    assert row["source"]


def test_adani_adds_up_to_the_worked_dollars(sample: Dataset) -> None:
    rupees = {"adani-enterprises": 1900, "adani-transmission": 1186.15, "adani-total-gas": 1258.25,
              "adani-acc": 1890.35}  # fmt: skip
    shares = dict(sample.backtest().cases.select("case_id", "forecast_shares").rows())
    dollars = sum(shares[f"{name}-2023-02"] * price for name, price in rupees.items()) / 82.5
    assert dollars == pytest.approx(425.5e6, rel=1e-4)


def test_calibrated_cases_are_shown_and_left_out_of_the_score(sample: Dataset) -> None:
    found = sample.backtest()
    calibrated = found.cases.filter("is_calibrated")
    assert sorted(calibrated["case_id"]) == ["hdfc-bank-2024-08", "strategy-2025-11"]
    assert not calibrated["is_scored"].any()
    score = found.scores.row(0, named=True)
    assert (score["cases_count"], score["scored_count"]) == (9, 7)
    assert score["bias_ratio"] == pytest.approx(0.004317, abs=1e-6)
    assert score["rmsle_ratio"] == pytest.approx(0.029599, abs=1e-6)
    assert score["forecast_of_published_ratio"] == pytest.approx(0.990711, abs=1e-6)


def test_the_text_is_honest_about_what_the_scores_are(sample: Dataset) -> None:
    text = str(sample.backtest())
    assert "figures inside their interval: 3 of 6" in text
    assert "0 of the figures are measured passive flows" in text
    assert "n = 7" in text


def test_a_dataset_without_cases_says_so(make_dataset: Callable[..., Dataset]) -> None:
    with pytest.raises(DataError, match="no back-test cases"):
        make_dataset().backtest()
