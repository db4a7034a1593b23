"""Words of index changes: gross beside net, what is traded of an index."""

from __future__ import annotations

from typing import Any

import pytest

from flowrisk.text import formatting
from flowrisk.text.paragraphs import index_changes

GROSS = {"gross_bought_usd": 7.95e9, "gross_sold_usd": 1.59e9}


def test_the_gross_is_said_where_both_sides_trade() -> None:
    assert index_changes.gross(GROSS) == "$7.95bn bought, $1.59bn sold"
    assert index_changes.gross({**GROSS, "gross_sold_usd": 0.0}) == ""
    unpriced = {"gross_bought_usd": None, "gross_bought_shares": 2e6, "gross_sold_shares": 1e6}
    assert index_changes.gross(unpriced) == "2.00m bought, 1.00m sold"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "$80m bought"),
        ({"traded_usd": 8e7}, "$80m sold"),
        ({"traded_usd": 8e7, "bound": "at_least"}, "≥ $80m sold"),
        ({"traded_usd": None}, "500k bought"),
        ({"traded_usd": 0.0, "traded_shares": 0.0}, "nothing"),
        ({"bound": "unknown", "traded_shares": None, "traded_usd": None}, "n/a"),
    ],
)
def test_a_trade_is_sold_or_bought(changes: dict[str, Any], told: str) -> None:
    row = {"bound": "estimate", "traded_shares": -5e5, "traded_usd": -8e7, **changes}
    assert index_changes.trade(row).replace(".00", "").replace(".0", "") == told


def test_an_inflow_is_named_and_its_smaller_end_stands_first() -> None:
    assert formatting.flow(-6.36e9) == "inflow $6.36bn"
    assert formatting.flow(6.36e9) == "$6.36bn"
    assert formatting.ranged(-2e9, -3e9, -1e9, unit="$") == "inflow $2.00bn (1.00–3.00)"
