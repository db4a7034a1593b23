"""The own estimate part by part, by scenario."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]


def test_parts_stand_in_each_scenario_in_dollars_of_the_day(answer: Answer) -> None:
    got = answer("scenario_id level_id component_id central_usd", {"providers": "msci,all"})
    assert got == [("msci", "L0", "F1", 160_000.0), ("all", "L0", "F1", 160_000.0)]


def test_the_cross_check_stands_only_where_every_provider_is_asked(answer: Answer) -> None:
    filed = {"manager_id": "m", "as_of_on": date(2025, 9, 30), "security_id": SECURITY,
             "shares": 2_000.0, "is_index_heavy": True}  # fmt: skip
    providers = [{"provider_id": "msci"}, {"provider_id": "crsp"}]
    indices = [{"index_id": "msci-world", "provider_id": "msci", "index_name": "World"},
               {"index_id": "total", "provider_id": "crsp", "index_name": "Total"}]  # fmt: skip
    got = answer(
        "scenario_id provider_id level_id central_usd", {"providers": "msci,all"},
        manager_holdings=[filed], providers=providers, indices=indices,
    )  # fmt: skip
    assert [row for row in got if row[2] == "X"] == [("all", "all", "X", pytest.approx(288_000))]
