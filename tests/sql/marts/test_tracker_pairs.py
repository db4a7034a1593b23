"""Positions of two whole listings in one security."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Answer = Callable[..., list[tuple[Any, ...]]]

DAY = date(2025, 10, 31)
COLUMNS = "pair_id pair_kind"


def _listing(fund_id: str, on: date = DAY, count: int = 100, value_usd: float = 1.0) -> Any:
    return [
        {"fund_id": fund_id, "as_of_on": on, "security_id": f"S{number:03}",
         "shares": 10.0 + number, "market_value_usd": value_usd}
        for number in range(count)
    ]  # fmt: skip


def _tables(*listings: Any, funds: Any, **changes: Any) -> dict[str, Any]:
    reports = {(row["fund_id"], row["as_of_on"]) for rows in listings for row in rows}
    return {
        "funds": [{"fund_id": name, "fund_name": name, "index_id": index_id}
                  for name, index_id in funds],
        "fund_reports": [{"fund_id": name, "as_of_on": on, "holdings_scope": "full"}
                         for name, on in sorted(reports)],
        "holdings": [row for rows in listings for row in rows],
        "indices": [{"index_id": "world", "provider_id": "msci", "index_name": "World"},
                    {"index_id": "usa", "provider_id": "msci", "index_name": "USA"},
                    {"index_id": "total", "provider_id": "crsp", "index_name": "Total"}],
        "providers": [{"provider_id": "msci"}, {"provider_id": "crsp"}],
        "index_memberships": [],
        **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("index_id", "kind"),
    [("world", "same-index"), ("usa", "same-provider"), ("total", "other-provider")],
)
def test_pairs_are_named_by_what_they_share(index_id: str, kind: str, answer: Answer) -> None:
    tables = _tables(_listing("A"), _listing("B"), funds=[("A", "world"), ("B", index_id)])
    rows = answer(COLUMNS, **tables)
    assert rows == [("A 2025-10-31 > B 2025-10-31", kind)] * 100


def test_listings_of_one_fund_foretell_the_next_one_only(answer: Answer) -> None:
    days = [date(2024, 1, 31), date(2024, 2, 29), date(2025, 10, 31)]
    tables = _tables(*(_listing("A", day) for day in days), funds=[("A", "world")])
    assert set(answer(COLUMNS, **tables)) == {
        ("A 2024-01-31 > A 2024-02-29", "same-fund"),
        ("A 2024-02-29 > A 2025-10-31", "same-fund"),
    }


def test_few_positions_long_ago_or_a_capped_index_foretell_nothing(answer: Answer) -> None:
    funds = [("A", "world"), ("B", "usa")]
    few = _tables(_listing("A"), _listing("B", count=99), funds=funds)
    old = _tables(_listing("A", date(2025, 1, 31)), _listing("B"), funds=funds)
    capped = _tables(_listing("A"), _listing("B"), funds=funds)
    capped["indices"][1]["cap_ratio"] = 0.25
    assert [answer(COLUMNS, **each) for each in (few, old, capped)] == [[], [], []]


def test_an_excerpt_is_no_listing(answer: Answer) -> None:
    tables = _tables(_listing("A"), _listing("B"), funds=[("A", "world"), ("B", "usa")])
    tables["fund_reports"][1]["holdings_scope"] = "excerpt"
    assert answer(COLUMNS, **tables) == []


def test_a_position_is_large_from_one_basis_point_of_both_listings(answer: Answer) -> None:
    one, other = _listing("A"), _listing("B")
    one[0]["market_value_usd"] = 0.001
    tables = _tables(one, other, funds=[("A", "world"), ("B", "usa")])
    sizes = dict(answer("security_id size_class", **tables))
    assert sizes.pop("S000") == "small"
    assert set(sizes.values()) == {"large"}
