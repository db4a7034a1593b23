"""Unusable numbers are found wherever a figure is made from them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rows import AS_OF, MINIMAL, SECURITY, held

Facts = Callable[..., list[tuple[str, str]]]


USABLE = {
    "holdings": {**held("F1", 5), "market_value_usd": 5.0},
    "prices": {"security_id": SECURITY, "priced_on": AS_OF, "close_usd": 5.0, "volume_shares": 5.0},
    "securities": {**MINIMAL["securities"][0], "float_shares": 5.0},
    "share_counts": {"security_id": SECURITY, "shares": 5.0},
    "splits": {"security_id": SECURITY, "split_ratio": 2.0},
    "fund_net_assets": {"fund_id": "F1", "net_assets_usd": 5.0},
    "indices": {"index_id": "msci-world", "provider_id": "msci", "tracked_aum_usd": 5.0,
                "index_market_cap_usd": 5.0},
    "index_memberships": {"index_id": "msci-world", "security_id": SECURITY, "index_shares": 5.0},
    "index_shares": {"provider_id": "msci", "security_id": SECURITY, "index_shares": 5.0},
}  # fmt: skip
COLUMNS = [
    ("holdings", "shares"), ("holdings", "market_value_usd"), ("prices", "close_usd"),
    ("prices", "volume_shares"), ("securities", "shares_outstanding"),
    ("securities", "float_shares"), ("share_counts", "shares"), ("splits", "split_ratio"),
    ("fund_net_assets", "net_assets_usd"), ("indices", "tracked_aum_usd"),
    ("indices", "index_market_cap_usd"), ("index_memberships", "index_shares"),
    ("index_shares", "index_shares"),
]  # fmt: skip


def test_usable_numbers_pass(facts: Facts) -> None:
    assert facts(**{table: [row] for table, row in USABLE.items()}) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0], ids=str)
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_nan_infinite_and_negative_are_found(
    table: str, column: str, value: float, facts: Facts
) -> None:
    got = facts(**{table: [{**USABLE[table], column: value}]})
    assert [subject for subject, _ in got] == [table]
    assert column in got[0][1]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_no_number_is_found_among_numbers(table: str, column: str, facts: Facts) -> None:
    """The smallest and largest value that a file tells of itself leave it out."""
    rows = [USABLE[table], {**USABLE[table], column: float("nan")}, USABLE[table]]
    assert [subject for subject, _ in facts(**{table: rows})] == [table]


@pytest.mark.parametrize(("table", "column"), [("prices", "close_usd"), ("splits", "split_ratio")])
def test_zero_is_no_price_and_no_split(table: str, column: str, facts: Facts) -> None:
    assert len(facts(**{table: [{**USABLE[table], column: 0.0}]})) == 1


def test_zero_shares_and_unknown_optional_numbers_pass(facts: Facts) -> None:
    tables = {
        "holdings": [held("F1", 0)],
        "prices": [{**USABLE["prices"], "volume_shares": None}],
        "securities": [{**USABLE["securities"], "shares_outstanding": None, "float_shares": None}],
        "index_memberships": [{**USABLE["index_memberships"], "index_shares": None}],
    }
    assert facts(**tables) == []


def test_holdings_of_other_securities_are_not_read(facts: Facts) -> None:
    assert facts(holdings=[held("F1", -1, security_id="OTHER")]) == []
