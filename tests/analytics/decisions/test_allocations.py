"""Value at risk over all allocations of a total, against small cases worked by hand."""

from __future__ import annotations

import pytest

from flowrisk.analytics.decisions.allocations import value_at_risk_ends_usd
from flowrisk.analytics.decisions.dependence import independent


def test_a_total_of_two_is_worst_where_the_likelier_sells_all() -> None:
    # P(a) = .5, P(b) = .1: none .45, a .45, b .05, both .05; the 95 % atom is the third lowest flow
    # a 10, b 0: flows 0, 10, 0, 10: 10. a 0, b 10: 0, 0, 10, 10: 0 up to .9, then 10.
    # a 5, b 5: 0, 5, 5, 10: 5 up to .95
    law = independent({"a": 0.5, "b": 0.1})
    assert value_at_risk_ends_usd(law, {}, {"a": 0.0, "b": 0.0}, 10.0) == pytest.approx((5, 10))


def test_floors_hold_and_what_is_fixed_stands() -> None:
    law = independent({"a": 0.5, "b": 0.5, "c": 1.0})
    # c sells 7 in any case; a 2 to 4 and b 1 to 3 of 5: both exclude with .25, so the sum is 12
    ends = value_at_risk_ends_usd(law, {"c": 7.0}, {"a": 2.0, "b": 1.0}, 5.0)
    assert ends == pytest.approx((12, 12))
    # at a half the atom is the second lowest of 7, 7 + the smaller, 7 + the larger, 12
    low, high = value_at_risk_ends_usd(
        law, {"c": 7.0}, {"a": 2.0, "b": 1.0}, 5.0, level_ratio=0.5
    ) or (0, 0)
    assert (low, high) == pytest.approx((8, 9.5))  # of 4 and 1, and of 2.5 each


@pytest.mark.parametrize(
    ("floors", "divided"), [({"a": 1.0}, 5.0), ({"a": 2.0, "b": 3.0}, 5.0), ({}, 5.0)]
)
def test_where_nothing_is_free_there_is_no_range(floors: dict[str, float], divided: float) -> None:
    law = independent({"a": 0.5, "b": 0.5})
    assert value_at_risk_ends_usd(law, {}, floors, divided) is None
