"""What trackers of each index trade: their sum is the provider's net outflow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from moved import ENTRY, FAMILY

if TYPE_CHECKING:
    from flowrisk.dataset.warehouse import Warehouse

Answer = Callable[..., list[tuple[Any, ...]]]


def test_what_is_asked_stands_first_in_dollars_of_the_as_of_day(answer: Answer) -> None:
    rows = answer("index_id is_entry traded_usd", ENTRY, **FAMILY)
    assert rows[0] == ("small", True, pytest.approx(-5e6 * 160))
    assert rows[2] == ("rest", False, 250 * 160.0)


def test_the_indices_add_up_to_the_provider_and_the_security(
    question: Callable[..., Warehouse],
) -> None:
    store = question(ENTRY, **FAMILY)
    summed = store.frame("marts.index_trades")["traded_shares"].sum()
    for mart in ("marts.provider_outflows", "marts.outflows"):
        (row,) = store.frame(mart).rows(named=True)
        assert row["outflow_shares"] == pytest.approx(summed)
        assert row["gross_sold_shares"] - row["gross_bought_shares"] == pytest.approx(summed)


def test_it_is_empty_where_no_index_is_named(answer: Answer) -> None:
    assert answer("index_id", {"providers": "msci"}, **FAMILY) == []
