"""Steps of a reweight: how they are read and what they sell."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.analytics.tranches import Tranche, index_change_ratios, sold_by_day, traded_ratios
from flowrisk.errors import QuestionError
from flowrisk.question.reweights import parse_tranches


def test_factor_and_share_changes_multiply() -> None:
    steps = parse_tranches("A.factor=0.5:0.25@2026-02-27,A.shares=300m:270m@2026-05-29")
    # IS 150 -> 75 -> 67.5 m
    assert index_change_ratios(steps) == pytest.approx([-0.5, -0.05])
    assert traded_ratios(steps)["A"].net == pytest.approx(0.55)


def test_rising_steps_are_bought_and_the_outflow_is_the_net() -> None:
    steps = parse_tranches(["A.factor=0.5:1@2026-02-27", "A.factor=1:0.75@2026-05-29"])
    assert index_change_ratios(steps) == pytest.approx([1.0, -0.5])
    assert traded_ratios(steps)["A"] == pytest.approx((0.5, 1.0))
    assert traded_ratios(steps)["A"].net == pytest.approx(-0.5)


def test_a_ticker_may_hold_a_point_and_dates_need_no_order() -> None:
    steps = parse_tranches("BRK.B.factor=0.5:0@2026-05-29,BRK.B.factor=1:0.5@2026-02-27")
    assert [step.name for step in steps] == ["BRK.B", "BRK.B"]
    assert traded_ratios(steps) == {"BRK.B": (1.0, 0.0)}


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(1, 1e9)), min_size=2, max_size=6))
def test_tranches_add_up_to_the_one_step(states: list[tuple[float, float]]) -> None:
    texts = [
        f"A.{kind}={before!r}:{after!r}@2026-{month:02d}-0{day}"
        for month, (old, new) in enumerate(pairwise(states), 1)
        for day, kind, before, after in (
            (1, "factor", old[0], new[0]),
            (2, "shares", old[1], new[1]),
        )
    ]
    (f0, n0), (f1, n1) = states[0], states[-1]
    whole = n1 * f1 / (n0 * f0) - 1
    assert sum(index_change_ratios(parse_tranches(texts))) == pytest.approx(
        whole, rel=1e-9, abs=1e-6
    )


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


def test_what_a_day_s_steps_sell_by_hand() -> None:
    """Half is sold on the first day; on the second factor and count together leave 0.675."""
    steps = (Tranche("A", "factor", 1.0, 0.5, date(2026, 2, 27)),
             Tranche("A", "factor", 0.5, 0.75, date(2026, 5, 29)),
             Tranche("A", "shares", 100.0, 90.0, date(2026, 5, 29)))  # fmt: skip
    assert sold_by_day(steps) == [
        ("A", date(2026, 2, 27), 0.5), ("A", date(2026, 5, 29), pytest.approx(-0.175))
    ]  # fmt: skip
