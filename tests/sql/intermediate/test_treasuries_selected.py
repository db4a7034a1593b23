"""The balance sheet each issuer is assessed on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]

JUNE, SEPTEMBER, NOVEMBER = date(2025, 6, 30), date(2025, 9, 30), date(2025, 11, 16)


def row(on: date, coin: str = "BTC", **known: Any) -> dict[str, Any]:
    return {"issuer_id": "alpha", "as_of_on": on, "coin": coin, "is_issuer_total": True, **known}


def whole(on: date, coin: str = "BTC", **known: Any) -> dict[str, Any]:
    return row(on, coin, **{"digital_assets_usd": 60.0, "total_assets_usd": 100.0, **known})


def test_the_newest_whole_statement_wins_over_a_later_count_of_coins(answer: Answer) -> None:
    rows = [whole(JUNE), whole(SEPTEMBER), row(NOVEMBER, units=7.0)]
    got = answer("as_of_on total_assets_usd newest_statement_on", treasuries=rows)
    assert got == [(SEPTEMBER, 100.0, NOVEMBER)]


def test_a_statement_after_the_day_is_not_seen(answer: Answer) -> None:
    rows = [whole(JUNE), whole(date(2025, 11, 21))]
    assert answer("as_of_on", treasuries=rows) == [(JUNE,)]


def test_known_on_leaves_out_what_was_published_later_or_on_no_known_day(answer: Answer) -> None:
    rows = [whole(JUNE, published_on=date(2025, 7, 31)),
            whole(SEPTEMBER, published_on=date(2025, 11, 3)), whole(date(2025, 10, 31))]  # fmt: skip
    assert answer("as_of_on", treasuries=rows) == [(date(2025, 10, 31),)]
    assert answer("as_of_on", {"known_on": "2025-11-03"}, treasuries=rows) == [(SEPTEMBER,)]
    assert answer("as_of_on", {"known_on": "2025-11-02"}, treasuries=rows) == [(JUNE,)]


def test_without_any_whole_statement_the_newest_is_shown(answer: Answer) -> None:
    rows = [row(JUNE, digital_assets_usd=60.0), row(SEPTEMBER, units=7.0)]
    got = answer("as_of_on units total_assets_usd", treasuries=rows)
    assert got == [(SEPTEMBER, 7.0, None)]


def test_the_row_of_all_coins_leaves_out_those_of_single_coins(answer: Answer) -> None:
    rows = [whole(SEPTEMBER, "ETH"), whole(SEPTEMBER, "BTC", is_issuer_total=False)]
    assert answer("coin", treasuries=rows) == [("ETH",)]


def test_single_coins_stand_together_with_the_total_of_either_row(answer: Answer) -> None:
    rows = [row(SEPTEMBER, "ETH", units=3.0, is_issuer_total=False),
            whole(SEPTEMBER, "BTC", is_issuer_total=False)]  # fmt: skip
    got = sorted(answer("coin total_assets_usd", treasuries=rows))
    assert got == [("BTC", 100.0), ("ETH", 100.0)]


def test_one_coin_of_unknown_size_makes_the_statement_incomplete(answer: Answer) -> None:
    rows = [whole(JUNE), row(SEPTEMBER, "ETH", is_issuer_total=False),
            whole(SEPTEMBER, "BTC", is_issuer_total=False)]  # fmt: skip
    assert answer("as_of_on", treasuries=rows) == [(JUNE,)]
