"""The confidence grade: its thresholds, and what can never raise it."""

from typing import Any

import pytest

from flowrisk.text.paragraphs.confidence import Grade, grade


def graded(**changes: Any) -> Grade:
    facts = {
        "outflow_shares": 100.0, "observed_shares": 80.0, "stale_shares": 0.0,
        "method": "tracked-aum", "bound": "estimate", "bases": frozenset(),
    }  # fmt: skip
    return grade(**{**facts, **changes})


@pytest.mark.parametrize(
    ("observed_shares", "word"), [(75.0, "high"), (74.9, "medium"), (40.0, "medium"), (39.9, "low")]
)
def test_the_share_observed_decides(observed_shares: float, word: str) -> None:
    assert graded(observed_shares=observed_shares).word == word


def test_stale_reports_do_not_count_as_observed() -> None:
    assert graded(stale_shares=30.0).word == "medium"
    assert "50 % of it is observed in fresh fund reports" in graded(stale_shares=30.0).reason


def test_calibrated_dollars_never_raise_the_grade() -> None:
    calibrated = graded(
        observed_shares=4.0, method="tracking-ratio", bases=frozenset({"calibrated"})
    )
    assert calibrated.word == "low"
    assert "calibrated to a published estimate and does not improve confidence" in calibrated.reason


@pytest.mark.parametrize("method", ["observed", "mixed", "membership-unknown"])
def test_a_lower_bound_is_low_even_if_all_of_it_is_observed(method: str) -> None:
    found = graded(observed_shares=100.0, method=method, bound="at_least")
    assert found.word == "low"
    assert "lower bound; upside not quantified" in found.reason


@pytest.mark.parametrize("outflow_shares", [0.0, None])
def test_nothing_observed_is_not_graded(outflow_shares: float | None) -> None:
    assert graded(outflow_shares=outflow_shares, observed_shares=0.0).word == "not graded"
