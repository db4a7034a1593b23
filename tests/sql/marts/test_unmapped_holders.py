"""What funds hold that track no known index: counted, valued, the largest named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rows import held

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]
COLUMNS = "ticker funds_count held_shares held_usd largest_funds"


def test_only_funds_without_an_index_are_counted(answer: Answer, market: Market) -> None:
    assert answer(COLUMNS, {}, **market) == [("AAA", 1, 99.0, 198.0, "Fund X")]


def test_the_largest_three_are_named_in_order_and_an_unknown_price_is_no_zero(
    answer: Answer, market: Market
) -> None:
    funds = [{"fund_id": f, "fund_name": f"Fund {f}", "index_id": None} for f in "PQRS"]
    market = market | {
        "funds": [*market["funds"], *funds],
        "fund_reports": [*market["fund_reports"], *({"fund_id": f} for f in "PQRS")],
        "holdings": [
            *market["holdings"],
            *(held(f, n, security_id="BBB-ID") for f, n in zip("PQRS", (1, 4, 3, 2), strict=True)),
        ],
    }
    rows = answer(COLUMNS, {}, **market)
    assert rows[0][0] == "AAA"  # what has a price comes first
    assert rows[1] == ("BBB", 4, 10.0, None, "Fund Q · Fund R · Fund S")


def test_the_largest_three_are_found_wherever_they_stand_among_many(
    answer: Answer, market: Market
) -> None:
    names = [f"F{number:02}" for number in range(40)]
    # equals among them, which their names put in order, and one that no list of funds has
    for step, known_count in ((1, 39), (5, 39), (7, 39), (7, 2), (11, 1)):
        shares = {name: float(number * step % 13 + 1) for number, name in enumerate(names)}
        known = names[:known_count]
        rows = answer("security_id funds_count held_shares largest_funds", {}, **market | {
            "funds": [{"fund_id": f, "fund_name": f, "index_id": None} for f in known],
            "fund_reports": [{"fund_id": f} for f in names],
            "holdings": [held(f, n, security_id="BBB-ID") for f, n in shares.items()],
        })  # fmt: skip
        first = sorted(names, key=lambda name: (-shares[name], name))[:3]
        assert rows == [("BBB-ID", 40, sum(shares.values()), " · ".join(first))]


def test_where_every_holder_tracks_an_index_nothing_is_said(answer: Answer, market: Market) -> None:
    mapped = [{**fund, "index_id": fund["index_id"] or "world"} for fund in market["funds"]]
    assert answer(COLUMNS, {}, **{**market, "funds": mapped}) == []
