"""A company that may stand in the data under two identifiers is found, with what is at stake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rows import MINIMAL, SECURITY, held

Facts = Callable[..., list[tuple[str, str]]]
OTHER = {**MINIMAL["securities"][0], "security_id": "XNAS:AAA"}
FIRST = {**MINIMAL["securities"][0], "security_name": "Alpha Corp"}
FOUND = f"{SECURITY} may be XNAS:AAA, "


@pytest.mark.parametrize(
    ("other", "asked", "expected"),
    [
        ({"ticker": "OLD", "security_name": "ALPHA CORP"}, "AAA", ["ALPHA CORP"]),
        ({"security_name": "Alpha Incorporated"}, SECURITY, ["Alpha Incorporated"]),
        ({"security_name": "Beta Corp"}, SECURITY, []),  # a ticker given to another company
        ({"ticker": "OLD", "security_name": "Alpha Corp Class B"}, "AAA", []),
        ({"ticker": "OLD", "security_name": "ALPHA CORP"}, "AAA,OLD", []),  # both are counted
        ({"security_name": "ALPHA CORP", "country": "JP"}, SECURITY, []),
        ({"security_id": "JP3758190007", "ticker": "OLD", "security_name": "ALPHA CORP"}, "AAA",
         []),
    ],
)  # fmt: skip
def test_one_company_under_two_identifiers(
    other: dict[str, Any], asked: str, expected: list[str], facts: Facts
) -> None:
    got = facts({"securities": asked}, securities=[FIRST, {**OTHER, **other}])
    assert got == [("AAA", f"{FOUND}{name}: no fund holds that now") for name in expected]


def test_what_is_held_under_the_other_is_said(facts: Facts) -> None:
    holdings = [*MINIMAL["holdings"], held("F1", 3_000_000.0, security_id="XNAS:AAA")]
    securities = [FIRST, {**OTHER, "ticker": "OLD", "security_name": "ALPHA CORP"}]
    ((_, fact),) = facts({"securities": "AAA"}, securities=securities, holdings=holdings)
    assert fact == f"{FOUND}ALPHA CORP: 1 fund, 3.0 m shares, no value count in no outflow"
    valued = [*MINIMAL["holdings"], {**holdings[-1], "market_value_usd": 4.5e6}]
    ((_, fact),) = facts({"securities": "AAA"}, securities=securities, holdings=valued)
    assert "3.0 m shares, 4.5 m USD count in no outflow" in fact
