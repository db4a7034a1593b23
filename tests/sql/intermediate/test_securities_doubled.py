"""Which keys may be of one security: by ticker and first word, or by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rows import MINIMAL, SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]
FIRST = {**MINIMAL["securities"][0], "security_name": "Potlatchdeltic Corp"}


def other(**changed: str) -> list[dict[str, Any]]:
    return [FIRST, {**FIRST, "security_id": "XNAS:AAA", **changed}]


def test_pairs_are_written_both_ways(answer: Answer) -> None:
    got = answer("security_id other_id", {"securities": SECURITY}, securities=other())
    assert sorted(got) == sorted([(SECURITY, "XNAS:AAA"), ("XNAS:AAA", SECURITY)])


def test_a_name_cut_short_counts_only_where_a_ticker_is_unknown(answer: Answer) -> None:
    def count(**changed: str) -> int:
        asked = {"securities": SECURITY}
        return len(answer("other_id", asked, securities=other(**changed)))

    assert count(ticker="XNAS:AAA", security_name="POTLATCHDELTIC C") == 2
    assert count(ticker="PCH", security_name="POTLATCHDELTIC C") == 0
    assert count(ticker="XNAS:AAA", security_name="POTLATCH") == 0


def test_two_isins_are_two_securities_unless_ticker_name_and_class_agree(answer: Answer) -> None:
    def count(**changed: str) -> int:
        asked = {"securities": SECURITY}
        keys = other(security_id="US0378331005", **changed)
        return len(answer("other_id", asked, securities=keys))

    assert count(security_name="Potlatchdeltic Holdings plc", country="IE") == 2  # it moved
    assert count(ticker="PDC") == 0
    assert count(security_name="Other Corp") == 0
    assert count(share_class="B") == 0
    assert count(security_name="Potlatchdeltic Corp ADR") == 0
