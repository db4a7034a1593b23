"""Net assets of one share class among those of whole funds are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import MINIMAL, held

Facts = Callable[..., list[tuple[str, str]]]

DAY = date(2025, 10, 31)


def _tables(second_usd: float) -> dict[str, Any]:
    """Two funds of one index: 1,000 shares of 2bn, and 500 of the second's net assets."""
    return {
        "funds": [*MINIMAL["funds"],
                  {"fund_id": "F2", "fund_name": "Two", "index_id": "msci-world"}],
        "fund_reports": [{"fund_id": each, "as_of_on": DAY} for each in ("F1", "F2")],
        "holdings": [held("F1", 1_000.0, DAY), held("F2", 500.0, DAY)],
        "fund_net_assets": [{"fund_id": "F1", "as_of_on": DAY, "net_assets_usd": 2e9},
                            {"fund_id": "F2", "as_of_on": DAY, "net_assets_usd": second_usd}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("second_usd", "is_found"),
    # the whole fund, a little off, an ETF class of a quarter of it, and a class set beside it
    [(1e9, False), (0.7e9, False), (0.25e9, True), (4e9, True)],
)
def test_a_fund_that_holds_far_more_a_dollar(
    second_usd: float, *, is_found: bool, facts: Facts
) -> None:
    found = facts(**_tables(second_usd))
    assert [subject for subject, _ in found] == (["msci-world"] if is_found else [])
