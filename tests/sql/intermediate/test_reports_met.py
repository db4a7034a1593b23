"""Each report that a holding asked about is of, once, whether it is listed or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import MINIMAL, SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]


def test_reports_of_holdings_asked_about(answer: Answer) -> None:
    security = MINIMAL["securities"][0]
    both = [security, {**security, "security_id": "other", "ticker": "OTH"}]
    holdings = [held("F1", 1), held("F1", 2, security_id="other"), held("F2", 1, date(2025, 9, 30)),
                held("F3", 1, security_id="other")]  # fmt: skip
    assert SECURITY != "other"
    found = answer("fund_id as_of_on", holdings=holdings, securities=both)
    assert sorted(found) == [("F1", date(2025, 10, 31)), ("F2", date(2025, 9, 30))]
