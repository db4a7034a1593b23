"""Only funds that track an index are trackers, each of one provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rows import held

Answer = Callable[..., list[tuple[Any, ...]]]


def test_holdings_take_index_and_provider_of_their_fund(answer: Answer) -> None:
    got = answer(
        "fund_id index_id provider_id shares",
        providers=[{"provider_id": "msci"}, {"provider_id": "nasdaq"}],
        indices=[{"index_id": "world", "provider_id": "msci"},
                 {"index_id": "ndx", "provider_id": "nasdaq"}],
        index_memberships=[],
        # N is an active fund: known to hold, not known to track
        funds=[{"fund_id": "M", "index_id": "world"}, {"fund_id": "Q", "index_id": "ndx"},
               {"fund_id": "N", "index_id": None}],
        fund_reports=[{"fund_id": f} for f in "MQN"],
        holdings=[held("M", 3), held("Q", 4), held("N", 5)],
    )  # fmt: skip
    assert got == [("M", "world", "msci", 3.0), ("Q", "ndx", "nasdaq", 4.0)]
