"""Observed shares of each index: the sum over its funds, each at its own newest row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import held

Answer = Callable[..., list[tuple[Any, ...]]]


def test_funds_of_an_index_add_up_and_of_no_index_do_not(answer: Answer) -> None:
    got = answer(
        "provider_id index_id observed_shares funds_count",
        indices=[{"index_id": i, "provider_id": "msci"} for i in ("imi", "world")],
        index_memberships=[],
        funds=[{"fund_id": "A", "index_id": "world"}, {"fund_id": "B", "index_id": "world"},
               {"fund_id": "C", "index_id": "imi"}, {"fund_id": "D", "index_id": None}],
        fund_reports=[{"fund_id": f} for f in "ABCD"]
        + [{"fund_id": "A", "as_of_on": date(2025, 6, 30)}],
        holdings=[held("A", 9, date(2025, 6, 30)), held("A", 3), held("B", 4), held("C", 5),
                  held("D", 6)],
    )  # fmt: skip
    assert got == [("msci", "imi", 5.0, 1), ("msci", "world", 7.0, 2)]
