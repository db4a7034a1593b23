"""Other keys that may be of a security asked about, with what the newest reports hold of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rows import held

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]
COLUMNS = "ticker other_id funds_count held_shares held_usd"


def test_holdings_of_the_other_key_are_summed(answer: Answer, market: Market) -> None:
    assert answer(COLUMNS, {}, **market) == []
    name = market["securities"][0].get("security_name", "Alpha")
    other = {**market["securities"][0], "security_id": "XNAS:AAA", "ticker": "ZZZ",
             "security_name": name}  # fmt: skip
    fund = market["fund_reports"][0]["fund_id"]
    market = market | {
        "securities": [*market["securities"], other],
        "holdings": [*market["holdings"], held(fund, 7.0, security_id="XNAS:AAA")],
    }
    assert answer(COLUMNS, {"securities": "AAA"}, **market) == [("AAA", "XNAS:AAA", 1, 7.0, None)]
    # a question about both counts both
    assert answer(COLUMNS, {"securities": "AAA,BBB,ZZZ"}, **market) == []
