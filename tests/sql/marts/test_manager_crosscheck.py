"""marts.manager_crosscheck over a few rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.dataset.warehouse import Warehouse

SECURITY = "US0000000001"
COUNTS = [
    {"security_id": SECURITY, "as_of_on": dt.date(2025, 9, 30), "shares": 100e6},
    {"security_id": SECURITY, "as_of_on": dt.date(2025, 12, 31), "shares": 125e6},
]


def _held(manager: str, on: dt.date, shares: float, *, heavy: bool = True) -> dict[str, Any]:
    return {"manager_id": manager, "manager_name": manager, "as_of_on": on,
            "security_id": SECURITY, "shares": shares, "is_index_heavy": heavy}  # fmt: skip


def _fund(manager: str) -> list[dict[str, Any]]:
    return [{"fund_id": "F1", "manager_name": manager, "index_id": "msci-world"}]


def test_later_rows_stand_apart_and_are_scaled_by_the_share_count(
    question: Callable[..., Warehouse],
) -> None:
    store = question(
        share_counts=COUNTS,
        funds=_fund("Alpha"),
        manager_holdings=[
            _held("Alpha Group", dt.date(2025, 6, 30), 4e6),
            _held("Alpha Group", dt.date(2025, 9, 30), 5e6),
            _held("Alpha Group", dt.date(2025, 12, 31), 10e6),
            _held("Alpha Group", dt.date(2026, 3, 31), 99e6),
            _held("Omega", dt.date(2025, 9, 30), 1e6, heavy=False),
        ],
    )  # fmt: skip
    rows = {row["vintage"]: row for row in store.frame("marts.manager_crosscheck").rows(named=True)}
    # the newest before, the first after; 10 m x 100 / 125 = 8 m
    assert rows["known"]["crosscheck_shares"] == 5e6
    assert rows["later"]["crosscheck_shares"] == 8e6
    assert rows["later"]["index_heavy_reported_shares"] == 10e6
    assert rows["known"]["with_others_shares"] == 6e6


def test_funds_of_managers_that_are_not_among_them_come_on_top(
    question: Callable[..., Warehouse],
) -> None:
    store = question(
        share_counts=COUNTS,
        funds=_fund("Omega"),
        manager_holdings=[
            _held("Alpha", dt.date(2025, 9, 30), 5e6),
            _held("Omega", dt.date(2025, 9, 30), 3e6, heavy=False),
        ],
    )  # fmt: skip
    (row,) = store.frame("marts.manager_crosscheck").rows(named=True)
    assert row["funds_outside_shares"] == 1_000
    assert row["crosscheck_shares"] == 5_001_000
    # Omega's own total would count its fund twice
    assert row["with_others_shares"] == 5_001_000


def test_a_position_from_before_the_first_share_count_stands_unscaled_and_is_counted(
    question: Callable[..., Warehouse],
) -> None:
    store = question(
        share_counts=COUNTS, manager_holdings=[_held("Alpha", dt.date(2024, 12, 31), 5e6)]
    )
    (row,) = store.frame("marts.manager_crosscheck").rows(named=True)
    assert (row["index_heavy_shares"], row["unscaled_count"]) == (5e6, 1)
