"""Net assets a reader could know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Answer = Callable[..., list[tuple[Any, ...]]]

JUNE, SEPTEMBER, DECEMBER = date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)
ASSETS = [{"fund_id": "F1", "as_of_on": on, "net_assets_usd": usd}
          for on, usd in ((JUNE, 1e9), (SEPTEMBER, 2e9), (DECEMBER, 3e9))]  # fmt: skip
REPORT = {"fund_id": "F1", "as_of_on": SEPTEMBER, "published_on": date(2025, 11, 28)}


@pytest.mark.parametrize(
    ("asked", "reports", "expected"),
    [
        ({}, [], [1e9, 2e9]),  # none of after the as-of date
        ({"known_on": "2025-09-29"}, [], [1e9]),
        ({"known_on": "2025-09-30"}, [], [1e9, 2e9]),  # of no report: known on its day
        ({"known_on": "2025-11-19"}, [REPORT], [1e9]),  # public with its report
        ({"known_on": "2025-11-19"}, [{**REPORT, "published_on": None}], [1e9]),
        ({"as_of": "2025-11-30", "known_on": "2025-11-28"}, [REPORT], [1e9, 2e9]),
        ({}, [REPORT], [1e9, 2e9]),
    ],
)
def test_visible_net_assets(
    asked: dict[str, str], reports: list[dict[str, Any]], expected: list[float], answer: Answer
) -> None:
    got = answer("net_assets_usd", asked, fund_net_assets=ASSETS, fund_reports=reports)
    assert sorted(value for (value,) in got) == expected
