"""Per index: which funds were read, and how large they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "index_id funds_read_count funds_unsized_count net_assets_usd"


def test_funds_with_a_report_are_counted_and_their_newest_net_assets_summed(answer: Answer) -> None:
    got = answer(
        COLUMNS,
        funds=[{"fund_id": f, "index_id": "msci-world"} for f in ("A", "B", "C", "D")]
        + [{"fund_id": "E", "index_id": None}],
        # A twice, D not at all, E tracks nothing known, C has no net assets
        fund_reports=[{"fund_id": f} for f in ("A", "B", "C", "E")]
        + [{"fund_id": "A", "as_of_on": date(2025, 6, 30)}],
        fund_net_assets=[
            {"fund_id": "A", "as_of_on": date(2025, 6, 30), "net_assets_usd": 7.0},
            {"fund_id": "A", "as_of_on": date(2025, 10, 31), "net_assets_usd": 10.0},
            {"fund_id": "A", "as_of_on": date(2025, 12, 31), "net_assets_usd": 99.0},
            {"fund_id": "B", "as_of_on": date(2025, 9, 30), "net_assets_usd": 5.0},
            {"fund_id": "D", "as_of_on": date(2025, 9, 30), "net_assets_usd": 50.0},
        ],
        holdings=[],
    )
    assert got == [("msci-world", 3, 1, 15.0)]
