"""Holdings with numbers that are none: found among others, whichever of the two it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rows import held

Answer = Callable[..., list[tuple[Any, ...]]]
COLUMNS = "fund_id shares market_value_usd"
USABLE = [{**held("F1", 0.0), "market_value_usd": 0.0}, {**held("F2", 5.0),
                                                        "market_value_usd": None}]  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "market_value_usd"),
    [
        (-1.0, None), (float("inf"), None), (1e301, None), (5.0, -1.0),
        (5.0, float("inf")), (5.0, 1e301),
    ],
)  # fmt: skip
def test_what_no_question_can_use_is_found_among_what_it_can(
    shares: float, market_value_usd: float | None, answer: Answer
) -> None:
    row = {**held("F3", shares), "market_value_usd": market_value_usd}
    found = answer(COLUMNS, {}, holdings=[USABLE[0], row, USABLE[1]])
    assert found == [("F3", shares, market_value_usd)]


@pytest.mark.parametrize("column", ["shares", "market_value_usd"])
def test_what_is_no_number_is_found_though_no_file_tells_of_it(column: str, answer: Answer) -> None:
    row = {**held("F3", 5.0), "market_value_usd": 5.0, column: float("nan")}
    (found,) = answer("fund_id", {}, holdings=[USABLE[0], row, USABLE[1]])
    assert found == ("F3",)


def test_unknown_values_and_nothing_held_are_usable(answer: Answer) -> None:
    assert answer(COLUMNS, {}, holdings=USABLE) == []
