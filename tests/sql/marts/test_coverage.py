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


def test_funds_of_indices_not_known_to_hold_the_basket_cover_nothing(
    answer: Answer, market: Market
) -> None:
    more = {
        "indices": [*market["indices"], {"index_id": "eafe", "provider_id": "msci"}],
        "funds": [*market["funds"], {"fund_id": "Z", "fund_name": "Z", "index_id": "eafe"}],
        "fund_reports": [*market["fund_reports"], {"fund_id": "Z"}],
        "fund_net_assets": [*market["fund_net_assets"], {"fund_id": "Z", "net_assets_usd": 900.0}],
    }
    got = answer(
        "provider_id net_assets_usd holding_funds_count holding_net_assets_usd "
        "holding_net_assets_read_usd",
        {}, **{**market, **more},
    )  # fmt: skip
    assert got == [("msci", 1_000.0, 3, 100.0, 100.0), ("nasdaq", 7.0, 2, 7.0, None)]


def test_a_provider_without_funds_is_listed_with_nothing_read(
    answer: Answer, market: Market
) -> None:
    providers = [*market["providers"], {"provider_id": "zzz"}]
    got = answer("provider_id funds_count funds_read_count net_assets_usd", {},
                 **{**market, "providers": providers})  # fmt: skip
    assert got[-1] == ("zzz", 0, 0, None)
