"""The position of an index with a sign: sold where it is left, bought where it is entered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moved import ENTRY, FAMILY, MIGRATION

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "index_id is_asked sold_ratio traded_shares observed_traded_shares"


def test_an_entry_is_bought_and_the_complement_sold(answer: Answer) -> None:
    assert sorted(answer(COLUMNS, ENTRY, **FAMILY)) == [
        ("imi", False, 0.0, 0.0, 0.0),  # a member already
        ("rest", False, 1.0, 250.0, 250.0),
        ("small", True, -1.0, pytest.approx(-5e6), 0.0),
    ]


def test_a_migration_sells_of_the_one_what_the_other_buys(answer: Answer) -> None:
    found = {row[0]: row[3] for row in answer(COLUMNS, MIGRATION, **FAMILY)}
    assert found == {"imi": 0.0, "msci-world": 1_000.0, "rest": 250.0,
                     "small": pytest.approx(-5e6)}  # fmt: skip


def test_a_member_that_enters_buys_nothing_and_is_told_so(answer: Answer) -> None:
    asked = {"providers": "msci", "treatment": "msci-world=include"}
    ((*row, reason),) = [row for row in answer(f"{COLUMNS} reason", asked, **FAMILY)
                         if row[0] == "msci-world"]  # fmt: skip
    assert row[2:] == [0.0, 0.0, 0.0]
    assert "a member already" in reason


def test_who_leaves_an_index_unseen_in_the_data_sells_an_unknown_amount(answer: Answer) -> None:
    asked = {"providers": "msci", "treatment": "small=exclude"}
    ((_, _, _, traded, _, reason),) = [row for row in answer(f"{COLUMNS} reason", asked, **FAMILY)
                                       if row[0] == "small"]  # fmt: skip
    assert traded is None
    assert "no member by the data" in reason
