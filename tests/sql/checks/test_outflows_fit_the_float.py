"""An outflow above the float is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rows import MINIMAL

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("floating", "outstanding", "count"),
    [(1_000.0, 2_000.0, 0), (999.0, 2_000.0, 1), (None, 999.0, 1), (None, None, 0)],
)
def test_the_float_else_the_shares_outstanding(
    floating: float | None, outstanding: float | None, count: int, facts: Facts
) -> None:
    security = {**MINIMAL["securities"][0], "float_shares": floating,
                "shares_outstanding": outstanding}  # fmt: skip
    got = facts(securities=[security])  # 1,000 shares are observed
    assert [subject for subject, _ in got] == ["all AAA"] * count
