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
        ("adani-transmission-2023-05", 17.937e6, 18e6),  # 6.432 % x 25 % x 1,115.5 m; 18 m
        ("coinbase-2025-05-kbw", 36e6, 36e6),  # 17.293 % of 208 m float shares; 36 m
        ("coinbase-2025-05-bernstein", 36e6, 43.432e6),  # the same; 9bn / 207.22
        ("tesla-2020-12", 124.97e6, 129.50e6),  # 51bn / 408.09; 90bn / 695.00
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


def test_a_ratio_set_with_a_case_does_not_score_it(sample: Dataset) -> None:
    # the flat 6 % was solved back from the cuts of February 2023 themselves
    cases = sample.backtest().cases.filter(pl.col("case_id").str.ends_with("-2023-02"))
    assert sorted(cases["case_id"]) == ["adani-acc-2023-02", "adani-enterprises-2023-02"]
    assert cases["is_in_sample"].all()
    assert not cases["is_scored"].any()


def test_every_scored_case_was_seen_in_force_and_lies_in_its_own_interval(sample: Dataset) -> None:
    scored = sample.backtest().cases.filter("is_scored")
    assert scored["implemented_on"].null_count() == 0
    assert scored["implemented_source"].null_count() == 0
    given = scored.filter(pl.col("interval_low_shares").is_not_null())
    assert given.height == 4
    assert (
        given["forecast_shares"]
        .is_between(given["interval_low_shares"], given["interval_high_shares"])
        .all()
    )


def test_calibrated_cases_are_shown_and_left_out_of_the_score(sample: Dataset) -> None:
    found = sample.backtest()
    calibrated = found.cases.filter("is_calibrated")
    assert sorted(calibrated["case_id"]) == ["hdfc-bank-2024-08", "strategy-2025-11"]
    assert not calibrated["is_scored"].any()
    score = found.scores.row(0, named=True)
    assert (score["cases_count"], score["scored_count"]) == (10, 6)
    assert score["bias_ratio"] == pytest.approx(-0.041961, abs=1e-6)
    assert score["rmsle_ratio"] == pytest.approx(0.078387, abs=1e-6)
    assert score["forecast_of_published_ratio"] == pytest.approx(0.961085, abs=1e-6)


def test_the_text_is_honest_about_what_the_scores_are(sample: Dataset) -> None:
    text = str(sample.backtest())
    assert "actual inside the interval: 1 of 4" in text
    assert "0 of the figures are measured passive flows" in text
    assert "n = 6" in text


def test_a_dataset_without_cases_says_so(make_dataset: Callable[..., Dataset]) -> None:
    with pytest.raises(DataError, match="no back-test cases"):
        make_dataset().backtest()
