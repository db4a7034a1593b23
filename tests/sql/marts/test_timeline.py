"""When each provider's trackers would sell, and what falls on one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

ALL = {"providers": "all", "securities": "AAA"}
COLUMNS = "provider_id trades_on outflow_shares same_day_sellers_count same_day_outflow_shares"


def _decision(
    provider: str, event: str, on: date | None, treatment: str = "none"
) -> dict[str, Any]:
    return {"decision_id": f"{provider}-{event}-{on}", "provider_id": provider,
            "event": event, "happens_on": on, "treatment": treatment}  # fmt: skip


def test_providers_of_one_day_are_summed(answer: Answer, market: Market) -> None:
    day = date(2025, 12, 19)
    decisions = [_decision(p, "reconstitution", day) for p in ("msci", "nasdaq")]
    assert answer(COLUMNS, ALL, **{**market, "decisions": decisions}) == [
        ("msci", day, 60.0, 2, 140.0),
        ("nasdaq", day, 80.0, 2, 140.0),
    ]


def test_providers_of_different_days_are_not(answer: Answer, market: Market) -> None:
    decisions = [_decision("msci", "effective", date(2025, 12, 1)),
                 _decision("nasdaq", "reconstitution", date(2025, 12, 19))]  # fmt: skip
    got = answer(COLUMNS, ALL, **{**market, "decisions": decisions})
    assert [row[3:] for row in got] == [(1, 60.0), (1, 80.0)]


def test_unknown_days_are_said_and_never_summed(answer: Answer, market: Market) -> None:
    got = answer(f"{COLUMNS} unknown_reason", ALL, **{**market, "decisions": []})
    assert [(row[1], *row[3:5]) for row in got] == [(None, 1, 60.0), (None, 1, 80.0)]
    assert all("no effective day" in row[5] for row in got)


def test_who_freezes_sells_nothing_on_the_day(answer: Answer, market: Market) -> None:
    day = date(2025, 12, 19)
    decisions = [_decision(p, "reconstitution", day) for p in ("msci", "nasdaq")]
    got = answer(COLUMNS, {**ALL, "treatment": "msci=freeze"},
                 **{**market, "decisions": decisions})  # fmt: skip
    assert got == [("msci", day, 0.0, 1, 80.0), ("nasdaq", day, 80.0, 1, 80.0)]


def test_packets_are_equal_parts_and_meet_others_on_their_own_day(
    answer: Answer, market: Market
) -> None:
    day = date(2025, 12, 19)
    decisions = [_decision(p, "reconstitution", day) for p in ("msci", "nasdaq")]
    conventions = [{"provider_id": "nasdaq", "day_is": "close", "sessions_count": 5}]
    tables = {**market, "decisions": decisions, "trade_conventions": conventions}
    got = answer(COLUMNS, ALL, **tables)
    assert got[:4] == [("nasdaq", date(2025, 12, d), 16.0, 1, 16.0) for d in (15, 16, 17, 18)]
    assert got[4:] == [("msci", day, 60.0, 2, 76.0), ("nasdaq", day, 16.0, 2, 76.0)]


LISTED = "trades_on effective_on exchange_id calendar_id is_calendar_assumed"


def _listed(*values: str) -> Rows:
    return [{"scheme": "ticker+mic", "value": value, "security_id": "AAA-ID"} for value in values]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        # Monday 24 November 2025 is Labour Thanksgiving in Tokyo: its last close before is Friday's
        (["XTKS:AAA"], (date(2025, 11, 21), date(2025, 11, 25), "XTKS", "XTKS", False)),
        (["XNAS:AAA"], (date(2025, 11, 24), date(2025, 11, 25), "XNAS", "XNYS", False)),
        # of several the one of the security's ticker; of those alike any
        (["XTKS:AAA", "XLON:OLD"], (date(2025, 11, 21), date(2025, 11, 25), "XTKS", "XTKS", False)),
        (["XNAS:AAA", "XNYS:AAA"], (date(2025, 11, 24), date(2025, 11, 25), "XNAS", "XNYS", False)),
        (["XTKS:AAA", "XLON:AAA"], (date(2025, 11, 24), date(2025, 11, 25), None, "XNYS", True)),
        (["XXXX:AAA"], (date(2025, 11, 24), date(2025, 11, 25), "XXXX", "XNYS", True)),
        ([], (date(2025, 11, 24), date(2025, 11, 25), None, "XNYS", True)),
    ],
)
def test_sessions_are_those_of_the_listing(
    listed: list[str], expected: tuple[object, ...], answer: Answer, market: Market
) -> None:
    tables = {**market, "decisions": [_decision("msci", "effective", date(2025, 11, 24))],
              "security_identifiers": _listed(*listed)}  # fmt: skip
    assert answer(LISTED, {"providers": "msci", "securities": "AAA"}, **tables) == [expected]


def test_a_listing_that_is_over_is_none(answer: Answer, market: Market) -> None:
    over = [{**row, "valid_to_on": date(2025, 11, 19)} for row in _listed("XTKS:AAA")]
    tables = {**market, "decisions": [_decision("msci", "effective", date(2025, 11, 24))],
              "security_identifiers": over}  # fmt: skip
    (row,) = answer(LISTED, {"providers": "msci", "securities": "AAA"}, **tables)
    assert row[2:] == (None, "XNYS", True)


def test_beyond_the_closures_known_new_york_is_assumed(answer: Answer, market: Market) -> None:
    tables = {**market, "decisions": [_decision("msci", "effective", date(2027, 2, 26))],
              "security_identifiers": _listed("XSHG:AAA")}  # fmt: skip
    assert answer(LISTED, {"providers": "msci", "securities": "AAA"}, **tables) == [
        (date(2027, 2, 26), date(2027, 3, 1), "XSHG", "XSHG", True)
    ]
