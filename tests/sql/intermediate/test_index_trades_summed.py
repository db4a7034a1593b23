"""Net, sold and bought of a provider whose indices are entered and left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moved import FAMILY, MIGRATION

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "net_shares sold_shares bought_shares observed_shares bound"


def test_the_net_is_what_is_sold_less_what_is_bought(answer: Answer) -> None:
    # 1,000 and 250 are what two funds report, so neither end of the net is known
    assert answer(COLUMNS, MIGRATION, **FAMILY) == [
        (pytest.approx(1_250 - 5e6), 1_250.0, pytest.approx(5e6), 1_250.0, "partial")
    ]


def test_one_unknown_side_makes_the_net_unknown_and_leaves_the_other(answer: Answer) -> None:
    asked = {key: MIGRATION[key] for key in ("providers", "treatment")}
    ((net, sold, _, _, bound),) = answer(COLUMNS, asked, **FAMILY)
    assert (net, sold, bound) == (None, 1_250.0, "unknown")


def test_without_a_purchase_what_is_sold_is_a_lower_bound(answer: Answer) -> None:
    asked = {"providers": "msci", "treatment": "msci-world=exclude"}
    assert answer(COLUMNS, asked, **FAMILY) == [(1_000.0, 1_000.0, 0.0, 1_000.0, "at_least")]
