"""The newest report of each fund that lists all it holds, by the day of the question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]

JUN, SEP, DEC = date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)


def _report(fund_id: str, on: date, scope: str = "full") -> dict[str, Any]:
    return {"fund_id": fund_id, "as_of_on": on, "holdings_scope": scope, "published_on": on}


def test_the_newest_full_report_counts_none_later_and_no_excerpt(answer: Answer) -> None:
    reports = [_report("F1", JUN), _report("F1", SEP, "excerpt"), _report("F1", DEC),
               _report("F2", SEP, "excerpt"), _report("F3", JUN), _report("F3", SEP)]  # fmt: skip
    assert sorted(answer("fund_id as_of_on", fund_reports=reports)) == [("F1", JUN), ("F3", SEP)]


def test_a_report_published_later_than_one_knows_is_none(answer: Answer) -> None:
    later = {**_report("F1", JUN), "published_on": SEP}
    asked = {"known_on": date(2025, 7, 31)}
    assert answer("fund_id as_of_on", asked, fund_reports=[later]) == []
