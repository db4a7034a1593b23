"""The newest net assets of a fund on or before the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]


def test_the_newest_row_up_to_the_day_counts_and_later_ones_do_not(answer: Answer) -> None:
    rows = [
        {"fund_id": fund_id, "as_of_on": on, "net_assets_usd": usd}
        for fund_id, on, usd in [
            ("A", date(2025, 6, 30), 1.0), ("A", date(2025, 11, 20), 2.0),
            ("A", date(2025, 11, 21), 3.0), ("B", date(2024, 1, 1), 4.0),
            ("C", date(2026, 1, 1), 5.0),
        ]
    ]  # fmt: skip
    got = answer("fund_id as_of_on net_assets_usd", fund_net_assets=rows)
    assert sorted(got) == [("A", date(2025, 11, 20), 2.0), ("B", date(2024, 1, 1), 4.0)]
