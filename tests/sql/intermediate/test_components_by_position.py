"""Positions reported or derived, and those that a weight tells, each with its own error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "level_id component_id central_shares own_low_shares own_high_shares"
DAY = date(2025, 11, 20)
WORLD = "msci-world"
FUND = {"fund_id": "F1", "fund_name": "Fund one", "index_id": WORLD}
HELD = {"fund_id": "F1", "as_of_on": DAY, "security_id": SECURITY, "shares": 1_000.0}
REPORT = {"fund_id": "F1", "as_of_on": DAY, "holdings_scope": "full"}


def _assets(fund_id: str, net_assets_usd: float, on: date = DAY) -> dict[str, Any]:
    return {"fund_id": fund_id, "as_of_on": on, "net_assets_usd": net_assets_usd}


def _tables(**changes: Any) -> dict[str, Any]:
    """One fund of 2bn that holds 1,000 shares, all of one day: 0.5 shares a million."""
    return {"funds": [FUND], "fund_reports": [REPORT], "holdings": [HELD],
            "fund_net_assets": [_assets("F1", 2e9)], **changes}  # fmt: skip


def test_l0_is_what_was_reported_without_an_error(answer: Answer) -> None:
    assert answer(COLUMNS, **_tables()) == [("L0", "F1", 1_000.0, 0.0, 0.0)]


def test_l0_that_was_derived_widens_with_its_age(answer: Answer) -> None:
    # 40 days before the question: 6.6 % x root(40 / 30.4375) = 7.566 %
    day = date(2025, 10, 11)
    derived = {**HELD, "as_of_on": day, "basis": "derived"}
    ((_, _, central, low, high),) = answer(
        COLUMNS,
        **_tables(holdings=[derived], fund_reports=[{**REPORT, "as_of_on": day}],
                  fund_net_assets=[_assets("F1", 2e9, day)]),
    )  # fmt: skip
    error = 0.066 * (40 / 30.4375) ** 0.5
    assert (central, low, high) == pytest.approx((1_000, 1_000 * error, 1_000 * error))


def test_l1_is_a_weight_times_net_assets_within_its_digits(answer: Answer) -> None:
    # 0.16 % of 1bn / 160 = 10,000 shares; 0.155 to 0.165 %: 312.5 to either side
    weight = {"fund_id": "F2", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": 0.0016}
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], fund_weights=[weight],
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    assert [row for row in rows if row[0] == "L1"] == [
        ("L1", "F2", pytest.approx(10_000), pytest.approx(312.5), pytest.approx(312.5))
    ]
    assert [row[:2] for row in rows] == [("L0", "F1"), ("L1", "F2")]


def test_l1_rounded_to_nothing_may_be_half_a_unit(answer: Answer) -> None:
    weight = {"fund_id": "F2", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": 0.0}
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], fund_weights=[weight],
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    # 0.005 % of 1bn / 160 = 312.5
    assert rows[1] == ("L1", "F2", 0.0, 0.0, pytest.approx(312.5))


def test_a_weight_of_before_a_whole_report_that_omits_the_security_is_over(answer: Answer) -> None:
    weight = {"fund_id": "F2", "as_of_on": date(2025, 10, 31), "security_id": SECURITY,
              "weight_ratio": 0.0016}  # fmt: skip
    rows = answer(
        COLUMNS,
        **_tables(funds=[FUND, {**FUND, "fund_id": "F2"}], fund_weights=[weight],
                  fund_reports=[REPORT, {**REPORT, "fund_id": "F2"}],
                  fund_net_assets=[_assets("F1", 2e9), _assets("F2", 1e9)]),
    )  # fmt: skip
    assert [row[1] for row in rows] == ["F1"]


def test_a_weight_without_net_assets_or_close_keeps_its_row_and_says_why(answer: Answer) -> None:
    weight = {"fund_id": "F2", "as_of_on": DAY, "security_id": SECURITY, "weight_ratio": 0.0016}
    early = {**weight, "as_of_on": date(2025, 6, 30)}
    funds = [FUND, {**FUND, "fund_id": "F2"}]
    sized = [_assets("F1", 2e9), _assets("F2", 1e9, date(2025, 6, 30))]
    columns = "component_id central_shares missing_reason"
    unsized = answer(columns, **_tables(funds=funds, fund_weights=[weight]))
    unpriced = answer(columns, **_tables(funds=funds, fund_weights=[early], fund_net_assets=sized))
    assert unsized[1] == ("F2", None, "net assets of the fund unknown")
    assert unpriced[1] == ("F2", None, "no close on the day of the weight")
