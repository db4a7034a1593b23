"""Steps of a reweight: how they are read and what they sell."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.analytics.tranches import index_change_ratios, sold_ratios
from flowrisk.errors import QuestionError
from flowrisk.question.parsing import parse_tranches


def test_factor_and_share_changes_multiply() -> None:
    steps = parse_tranches("A.factor=0.5:0.25@2026-02-27,A.shares=300m:270m@2026-05-29")
    # IS 150 -> 75 -> 67.5 m
    assert index_change_ratios(steps) == pytest.approx([-0.5, -0.05])
    assert sold_ratios(steps) == pytest.approx({"A": 0.55})


def test_rising_steps_are_no_outflow() -> None:
    steps = parse_tranches(["A.factor=0.5:1@2026-02-27", "A.factor=1:0.75@2026-05-29"])
    assert index_change_ratios(steps) == pytest.approx([1.0, -0.5])
    assert sold_ratios(steps) == pytest.approx({"A": 0.5})


def test_a_ticker_may_hold_a_point_and_dates_need_no_order() -> None:
    steps = parse_tranches("BRK.B.factor=0.5:0@2026-05-29,BRK.B.factor=1:0.5@2026-02-27")
    assert [step.name for step in steps] == ["BRK.B", "BRK.B"]
    assert sold_ratios(steps) == {"BRK.B": 1.0}


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6))
def test_tranches_add_up_to_the_one_step(factors: list[float]) -> None:
    pairs = pairwise(factors)
    texts = [f"A.factor={a!r}:{b!r}@2026-01-{day:02d}" for day, (a, b) in enumerate(pairs, 1)]
    whole = factors[-1] / factors[0] - 1
    assert sum(index_change_ratios(parse_tranches(texts))) == pytest.approx(whole, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    ["A=1:0.5@2026-01-01", "A.factor=1:0.5", "A.factor=1@2026-01-01", "A.factor=1:2@2026-01-01",
     "A.factor=0:1@2026-01-01", "A.factor=-1:0@2026-01-01", "A.factor=nan:1@2026-01-01",
     "A.factor=1:0.5@soon", "A.shares=0:1m@2026-01-01", "",
     "A.factor=1:0.5@2026-01-01,A.factor=0.6:0.5@2026-02-01",
     "A.factor=1:0.5@2026-01-01,A.factor=0.5:0.4@2026-01-01"],
)  # fmt: skip
def test_what_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(QuestionError):
        parse_tranches(text)
