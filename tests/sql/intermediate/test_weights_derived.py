"""Member weights from the newest whole report of a fund that tracks the index."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from rows import MINIMAL, SECURITY, held

if TYPE_CHECKING:
    from rows import Row, Rows

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "security_id weight_ratio weights_fund_id weights_on"
NEWEST, OLDER = date(2025, 10, 31), date(2025, 7, 31)


def _report(fund: str, on: date = NEWEST, scope: str = "full") -> Row:
    return {"fund_id": fund, "as_of_on": on, "holdings_scope": scope}


def _position(fund: str, security: str, usd: float | None, on: date = NEWEST) -> Row:
    return {**held(fund, 1.0, on, security), "market_value_usd": usd}


def _assets(fund: str, usd: float, on: date = NEWEST) -> Row:
    return {"fund_id": fund, "as_of_on": on, "net_assets_usd": usd}


def _market(**changes: Rows) -> dict[str, Rows]:
    """F1 holds 60 and 40 dollars of two members, with 2 of cash; F2 the same half a quarter ago."""
    other = {**MINIMAL["securities"][0], "security_id": "B", "ticker": "BBB"}
    return {
        "securities": [*MINIMAL["securities"], other],
        "funds": [{"fund_id": f, "fund_name": f"Fund {f}", "index_id": "msci-world"}
                  for f in ("F1", "F2")],
        "fund_reports": [_report("F1"), _report("F2", OLDER)],
        "fund_net_assets": [_assets("F1", 102.0), _assets("F2", 50.0, OLDER)],
        "holdings": [_position("F1", SECURITY, 60.0), _position("F1", "B", 40.0),
                     _position("F2", SECURITY, 25.0, OLDER), _position("F2", "B", 25.0, OLDER)],
        **changes,
    }  # fmt: skip


def test_values_over_their_sum_by_hand(answer: Answer) -> None:
    assert sorted(answer(COLUMNS, **_market())) == [
        ("B", 0.4, "F1", NEWEST), (SECURITY, 0.6, "F1", NEWEST)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        # an excerpt, positions of less than nine tenths of the fund, one without a value, a report
        # that nobody knows the net assets of, and one of after the as-of date
        {"fund_reports": [_report("F1", scope="excerpt"), _report("F2", OLDER)]},
        {"fund_net_assets": [_assets("F1", 120.0), _assets("F2", 50.0, OLDER)]},
        {"holdings": [_position("F1", SECURITY, 95.0), _position("F1", "B", None),
                      _position("F2", SECURITY, 25.0, OLDER), _position("F2", "B", 25.0, OLDER)]},
        {"fund_net_assets": [_assets("F2", 50.0, OLDER)]},
        {"fund_reports": [_report("F1", date(2025, 12, 31)), _report("F2", OLDER)]},
    ],
)  # fmt: skip
def test_what_is_not_the_whole_fund_gives_no_weights_and_an_older_report_does(
    changes: dict[str, Rows], answer: Answer
) -> None:
    assert sorted(answer(COLUMNS, **_market(**changes))) == [
        ("B", 0.5, "F2", OLDER), (SECURITY, 0.5, "F2", OLDER)
    ]  # fmt: skip


def test_without_a_whole_report_there_are_none(answer: Answer) -> None:
    assert answer(COLUMNS) == []


def test_a_file_that_was_read_is_whole_where_net_assets_are_not_known(answer: Answer) -> None:
    read = [{**_report("F1"), "file_digest": "abc"}]
    expected = [("B", 0.4, "F1", NEWEST), (SECURITY, 0.6, "F1", NEWEST)]
    assert sorted(answer(COLUMNS, **_market(fund_reports=read, fund_net_assets=[]))) == expected
    known = [_assets("F1", 300.0)]
    assert answer(COLUMNS, **_market(fund_reports=read, fund_net_assets=known)) == []
