"""Shares a dollar: from a fund of the index, from its weight, and from a weight of the question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import AS_OF, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "origin_id density_shares own_error_ratio"
DAY = date(2025, 10, 31)


def _assets(on: date = DAY, net_assets_usd: float = 2e9) -> dict[str, Any]:
    return {"fund_id": "F1", "as_of_on": on, "net_assets_usd": net_assets_usd}


def test_shares_of_a_fund_over_its_net_assets_of_the_day(answer: Answer) -> None:
    # 1,000 shares / 2bn = 0.5 a million; position and net assets of one day: no error
    assert answer(COLUMNS, fund_net_assets=[_assets()]) == [("F1", 0.5, 0.0)]


def test_the_days_between_position_and_net_assets_widen_it(answer: Answer) -> None:
    # 30 days: 6.6 % x root(30 / 30.4375) = 6.552 %
    ((_, density, error),) = answer(COLUMNS, fund_net_assets=[_assets(date(2025, 10, 1))])
    assert density == 0.5
    assert error == pytest.approx(0.066 * (30 / 30.4375) ** 0.5)


def test_the_nearest_net_assets_count_and_none_of_after_the_question(answer: Answer) -> None:
    rows = [_assets(date(2025, 6, 30), 1e9), _assets(), _assets(date(2025, 12, 1), 9e9)]
    assert answer(COLUMNS, fund_net_assets=rows) == [("F1", 0.5, 0.0)]
    assert answer(COLUMNS, fund_net_assets=[_assets(date(2025, 12, 1))]) == []


def test_a_weight_over_the_close_with_half_a_unit_of_its_digits(answer: Answer) -> None:
    # 0.16 % / 160 = 10 shares a million; 0.16 % lies within 0.155 and 0.165 %: 3.125 %
    member = {"index_id": "msci-world", "security_id": SECURITY, "as_of_on": AS_OF}
    for weight, error in [(0.0016, 5e-5 / 0.0016), (0.001234, 5e-7 / 0.001234), (0.0012345678, 0)]:
        ((origin, density, own),) = answer(
            COLUMNS, index_memberships=[{**member, "weight_ratio": weight}]
        )
        assert (origin, density) == ("weight", pytest.approx(weight / 160 * 1e6))
        assert own == pytest.approx(error)


def test_a_weight_without_a_close_near_its_day_or_rounded_to_nothing_says_nothing(
    answer: Answer,
) -> None:
    member = {"index_id": "msci-world", "security_id": SECURITY}
    early = {**member, "weight_ratio": 0.0016, "as_of_on": date(2025, 6, 30)}
    zero = {**member, "weight_ratio": 0.0, "as_of_on": AS_OF}
    assert answer(COLUMNS, index_memberships=[early]) == []
    assert answer(COLUMNS, index_memberships=[zero]) == []
