"""A fund's value per share is held against the close of that day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from rows import AS_OF, SECURITY, held

Facts = Callable[..., list[tuple[str, str]]]

ON = date(2025, 10, 31)


@pytest.mark.parametrize(
    ("value_usd", "expected"),
    [
        (10_499.0, []),  # just under 5 % above the close of 100
        (9_501.0, []),
        (10_501.0, [("F1 AAA", "105.01 a share on 2025-10-31 against a close of 100.0")]),
        (10.0, [("F1 AAA", "0.1 a share on 2025-10-31 against a close of 100.0")]),
        (None, []),
    ],
)
def test_values_more_than_five_percent_off_are_found(
    value_usd: float | None, expected: list[tuple[str, str]], facts: Facts
) -> None:
    prices = [{"security_id": SECURITY, "priced_on": ON, "close_usd": 100.0}]
    got = facts(holdings=[{**held("F1", 100), "market_value_usd": value_usd}], prices=prices)
    assert got == expected


@pytest.mark.parametrize(("is_in_splits", "count"), [(True, 0), (False, 1)])
def test_a_split_that_is_missing_shows_here(
    *,
    is_in_splits: bool,
    count: int,
    facts: Facts,
) -> None:
    # 100 old shares worth 10,000; the stored close of that day is split-adjusted to 10
    splits = [{"security_id": SECURITY, "effective_on": date(2025, 11, 3), "split_ratio": 10.0}]
    prices = [{"security_id": SECURITY, "priced_on": on, "close_usd": 10.0} for on in (ON, AS_OF)]
    got = facts(holdings=[{**held("F1", 100), "market_value_usd": 10_000.0}], prices=prices,
                splits=splits if is_in_splits else [])  # fmt: skip
    assert len(got) == count


def test_a_position_of_no_shares_divides_nothing(facts: Facts) -> None:
    assert (
        facts(
            holdings=[{**held("F1", 0), "market_value_usd": 5.0}],
            prices=[{"security_id": SECURITY, "priced_on": ON, "close_usd": 1.0}],
        )
        == []
    )
