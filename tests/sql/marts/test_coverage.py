"""How much of each provider's index money was read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_funds_and_net_assets_read_and_not_read(answer: Answer, market: Market) -> None:
    got = answer(
        "provider_id funds_count funds_read_count funds_stale_count funds_unsized_count "
        "net_assets_usd net_assets_read_usd oldest_report_on newest_report_on",
        {}, **market,
    )  # fmt: skip
    january, october = date(2025, 1, 31), date(2025, 10, 31)
    assert got == [
        ("msci", 3, 3, 1, 2, 100.0, 100.0, january, october),
        # E was sized and never read: its 7 dollars are not among those read
        ("nasdaq", 2, 1, 0, 1, 7.0, None, october, october),
    ]


def test_a_provider_without_funds_is_listed_with_nothing_read(
    answer: Answer, market: Market
) -> None:
    providers = [*market["providers"], {"provider_id": "zzz"}]
    got = answer("provider_id funds_count funds_read_count net_assets_usd", {},
                 **{**market, "providers": providers})  # fmt: skip
    assert got[-1] == ("zzz", 0, 0, None)
