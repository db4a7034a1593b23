"""Volume and volatility side by side, one row a security asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]


def test_a_security_without_prices_keeps_its_row(answer: Answer, market: Market) -> None:
    got = answer(
        "ticker adv_shares adv_usd daily_volatility_ratio volatility_sessions_count "
        "shares_outstanding", {}, **market,
    )  # fmt: skip
    # AAA: one session of 10 shares at 2 dollars, no return yet; BBB: nothing known
    assert got == [("AAA", 10.0, 20.0, None, 0, 1_000.0), ("BBB", None, None, None, 0, None)]


def test_why_a_volatility_is_unknown_is_said(answer: Answer, market: Market) -> None:
    reasons = answer("volatility_unknown_reason", {}, **market)
    assert reasons == [("only 0 daily returns in the window, 20 are needed",)] * 2
