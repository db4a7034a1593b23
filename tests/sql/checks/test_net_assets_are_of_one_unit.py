"""Net assets in millions among those in dollars are said, and nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("on", "net_assets_usd", "count"),
    [
        (date(2025, 9, 30), 1e6, 1),
        (date(2025, 9, 30), 49.9e6, 1),
        (date(2025, 9, 30), 50e6, 0),
        (date(2023, 1, 31), 1e6, 0),
        (date(2025, 9, 30), 65.0, 0),
    ],
)
def test_a_hundredth_within_a_year_is_far_less(
    on: date, net_assets_usd: float, count: int, facts: Facts
) -> None:
    rows = [{"fund_id": "F1", "as_of_on": date(2025, 11, 20), "net_assets_usd": 5e9},
            {"fund_id": "F1", "as_of_on": on, "net_assets_usd": net_assets_usd}]  # fmt: skip
    assert [subject for subject, _ in facts(fund_net_assets=rows)] == ["F1"] * count
