"""Reports after the as-of day are said to be left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from rows import MINIMAL

Facts = Callable[..., list[tuple[str, str]]]


def test_a_report_after_the_as_of_day_is_named(facts: Facts) -> None:
    assert facts() == []
    later = {**MINIMAL["fund_reports"][0], "as_of_on": dt.date(2026, 4, 10)}
    name = MINIMAL["funds"][0]["fund_name"]
    found = facts(fund_reports=[*MINIMAL["fund_reports"], later])
    assert found == [(name, "report of 2026-04-10")]
