"""How the observed part is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_observed_shares_are_split_by_basis(answer: Answer, market: Market) -> None:
    got = answer(
        "provider_id basis funds_count observed_outflow_shares observed_outflow_usd",
        {"providers": "all", "securities": "AAA"}, **market,
    )  # fmt: skip
    assert got == [
        ("msci", "derived", 1, 20.0, 40.0),
        ("msci", "reported", 2, 40.0, 80.0),
        ("nasdaq", "reported", 1, 40.0, 80.0),
    ]
