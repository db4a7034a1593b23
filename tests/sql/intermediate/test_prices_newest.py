"""The price of what is asked about and of what the book holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import AS_OF, MINIMAL, SECURITY, line

Answer = Callable[..., list[tuple[Any, ...]]]

OTHER = {**MINIMAL["securities"][0], "security_id": "BBB-ID", "ticker": "BBB"}
SECURITIES = [*MINIMAL["securities"], OTHER]
PRICES = [
    {"security_id": each, "priced_on": day, "close_usd": close}
    for each, day, close in [(SECURITY, AS_OF, 160.0), ("BBB-ID", AS_OF, 30.0),
                             ("BBB-ID", date(2025, 11, 19), 29.0)]
]  # fmt: skip
BOOK = {"securities": "AAA", "book": [line("P", "BBB", 1, "none")]}
COLUMNS = "security_id close_usd is_overridden"


def test_a_security_of_the_book_is_priced_though_nobody_asks_about_it(answer: Answer) -> None:
    got = answer(COLUMNS, BOOK, securities=SECURITIES, prices=PRICES)
    assert sorted(got) == [("BBB-ID", 30.0, False), (SECURITY, 160.0, False)]
    assert answer(COLUMNS, {"securities": "AAA"}, securities=SECURITIES, prices=PRICES) == [
        (SECURITY, 160.0, False)
    ]


def test_its_price_may_be_given_and_is_that_of_the_as_of_share(answer: Answer) -> None:
    got = answer(COLUMNS, {**BOOK, "price": {"BBB": 7}}, securities=SECURITIES, prices=PRICES)
    assert ("BBB-ID", 7.0, True) in got
    # a later split has adjusted the closes: a share of the as-of day is ten of today's
    splits = [{"security_id": "BBB-ID", "effective_on": AS_OF, "split_ratio": 10.0}]
    later = [*PRICES[:1], {"security_id": "BBB-ID", "priced_on": date(2025, 11, 21),
                           "close_usd": 3.0}, *PRICES[2:]]  # fmt: skip
    got = answer(COLUMNS, {**BOOK, "as_of": date(2025, 11, 19)}, securities=SECURITIES,
                 prices=later, splits=splits)  # fmt: skip
    assert ("BBB-ID", 290.0, False) in [(s, round(c or 0, 6), o) for s, c, o in got]
