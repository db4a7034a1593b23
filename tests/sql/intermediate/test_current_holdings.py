"""What a fund holds at a day: the newest row, unless a later full report omits it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]

JUN, SEP, OCT, NOV, DEC = (
    date(2025, 6, 30), date(2025, 9, 30), date(2025, 10, 31), date(2025, 11, 20), date(2025, 12, 31)
)  # fmt: skip


def report(on: date, scope: str = "full", published_on: date | None = None) -> dict[str, Any]:
    return {"fund_id": "F1", "as_of_on": on, "holdings_scope": scope, "published_on": published_on}


@pytest.mark.parametrize(
    ("reports", "holdings", "expected"),
    [
        # the newest row wins, whatever the scope
        ([report(JUN), report(OCT)], [held("F1", 10, JUN), held("F1", 7, OCT)], [(OCT, 7.0)]),
        ([report(JUN), report(OCT, "excerpt")], [held("F1", 10, JUN), held("F1", 7, OCT)],
         [(OCT, 7.0)]),
        # a later full report that omits the security says it is sold; an excerpt says nothing
        ([report(JUN), report(OCT)], [held("F1", 10, JUN)], []),
        ([report(JUN), report(OCT, "excerpt")], [held("F1", 10, JUN)], [(JUN, 10.0)]),
        ([report(JUN), report(SEP), report(OCT, "excerpt")], [held("F1", 10, JUN)], []),
        # bought again after it was sold
        ([report(JUN), report(SEP), report(OCT, "excerpt")],
         [held("F1", 10, JUN), held("F1", 3, OCT)], [(OCT, 3.0)]),
        # the day asked about counts, the day after does not, for rows and for omissions alike
        ([report(JUN), report(NOV)], [held("F1", 10, JUN), held("F1", 7, NOV)], [(NOV, 7.0)]),
        ([report(JUN), report(DEC)], [held("F1", 10, JUN), held("F1", 7, DEC)], [(JUN, 10.0)]),
        ([report(JUN), report(DEC)], [held("F1", 10, JUN)], [(JUN, 10.0)]),
        # an explicit zero is known, and is zero
        ([report(JUN), report(OCT)], [held("F1", 10, JUN), held("F1", 0, OCT)], [(OCT, 0.0)]),
        # a row without a report is not used
        ([report(JUN)], [held("F1", 10, OCT)], []),
    ],
)  # fmt: skip
def test_what_a_fund_holds(
    reports: list[dict[str, Any]], holdings: list[dict[str, Any]],
    expected: list[tuple[Any, ...]], answer: Answer,
) -> None:  # fmt: skip
    assert answer("as_of_on shares", fund_reports=reports, holdings=holdings) == expected


@pytest.mark.parametrize(
    ("known_on", "expected"),
    [
        (None, [(7.0,)]),
        (date(2025, 12, 15), [(7.0,)]),  # both are public
        (date(2025, 12, 14), [(10.0,)]),  # the October report is published a day later
        (date(2025, 8, 1), []),  # nothing is public yet
    ],
)
def test_known_on_hides_what_was_not_yet_public(
    known_on: date | None, expected: list[tuple[float]], answer: Answer
) -> None:
    reports = [report(JUN, published_on=date(2025, 8, 29)),
               report(OCT, published_on=date(2025, 12, 15))]  # fmt: skip
    holdings = [held("F1", 10, JUN), held("F1", 7, OCT)]
    got = answer("shares", {"known_on": known_on}, fund_reports=reports, holdings=holdings)
    assert got == expected


def test_a_full_report_not_yet_public_sells_nothing(answer: Answer) -> None:
    reports = [report(JUN, published_on=JUN), report(OCT, published_on=DEC)]
    got = answer("shares", {"known_on": NOV}, fund_reports=reports, holdings=[held("F1", 10, JUN)])
    assert got == [(10.0,)]


def test_a_report_without_publication_date_counts_as_not_yet_public(answer: Answer) -> None:
    got = answer("shares", {"known_on": DEC}, fund_reports=[report(JUN)],
                 holdings=[held("F1", 10, JUN)])  # fmt: skip
    assert got == []


@pytest.mark.parametrize(
    ("effective_on", "shares"),
    [
        (date(2025, 10, 1), 100.0),  # after the report, before the day asked about
        (date(2025, 6, 30), 10.0),  # the report of that day counts new shares
        (date(2025, 7, 1), 100.0),
        (date(2025, 11, 20), 100.0),  # the split is in force on the day asked about
        (date(2025, 11, 21), 10.0),  # and not before
    ],
)
def test_reported_shares_are_multiplied_by_splits_up_to_the_day(
    effective_on: date, shares: float, answer: Answer
) -> None:
    splits = [{"security_id": SECURITY, "effective_on": effective_on, "split_ratio": 10.0}]
    got = answer("shares reported_shares", splits=splits, fund_reports=[report(JUN)],
                 holdings=[held("F1", 10, JUN)])  # fmt: skip
    assert got == [(pytest.approx(shares, rel=1e-12), 10.0)]


def test_only_the_securities_asked_about_are_read(answer: Answer) -> None:
    got = answer("security_id", fund_reports=[report(OCT)],
                 holdings=[held("F1", 10), held("F1", 10, security_id="OTHER")])  # fmt: skip
    assert got == [(SECURITY,)]


@pytest.mark.parametrize(("age_days", "is_stale"), [(200, False), (201, True)])
def test_reports_older_than_the_maximum_age_are_marked(
    age_days: int,
    *,
    is_stale: bool,
    answer: Answer,
) -> None:
    on = date.fromordinal(NOV.toordinal() - age_days)
    got = answer("is_stale", fund_reports=[report(on)], holdings=[held("F1", 10, on)])
    assert got == [(is_stale,)]


def test_a_row_that_could_not_be_read_is_no_sale(answer: Answer) -> None:
    reports = [
        {"fund_id": "F1", "as_of_on": day, "holdings_scope": "full"}
        for day in (date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30))
    ]
    unread = [
        {"fund_id": "F1", "as_of_on": day, "security_id": SECURITY, "reason": "cut"}
        for day in (date(2025, 6, 30), date(2025, 9, 30))
    ]
    rows = [held("F1", 700, date(2025, 3, 31))]

    def shares(*, lost: int) -> list[Any]:
        return answer(
            "shares", fund_reports=reports, holdings=rows, unread_positions=unread[lost:]
        )  # fmt: skip

    assert shares(lost=0) == [(700.0,)]
    # the report of June omits it in so many words: sold then, whatever September's row says
    assert shares(lost=1) == []
