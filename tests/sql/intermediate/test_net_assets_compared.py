"""Net assets beside the largest of the same fund within a year, by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]


def test_each_is_set_beside_the_largest_within_a_year(answer: Answer) -> None:
    """March 2024 and March 2025 see June 2024's; March 2024 is more than a year from April 2025."""
    stated = [("F1", date(2024, 3, 31), 10e3), ("F1", date(2024, 6, 30), 2e9),
              ("F1", date(2025, 3, 31), 1e9), ("F1", date(2025, 4, 30), 5e9),
              ("F2", date(2025, 4, 30), 7e9)]  # fmt: skip
    rows = [{"fund_id": fund, "as_of_on": on, "net_assets_usd": usd} for fund, on, usd in stated]
    got = answer("fund_id as_of_on net_assets_usd largest_net_assets_usd", fund_net_assets=rows)
    assert sorted(got) == [
        ("F1", date(2024, 3, 31), 10e3, 2e9),
        ("F1", date(2024, 6, 30), 2e9, 5e9),
        ("F1", date(2025, 3, 31), 1e9, 5e9),
        ("F1", date(2025, 4, 30), 5e9, 5e9),
        ("F2", date(2025, 4, 30), 7e9, 7e9),
    ]
