"""What all trackers of an index hold of a security, or would hold if it were a member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moved import ENTRY, FAMILY
from rows import MINIMAL

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "index_id is_member method position_shares bound"
UNASSUMED = {"providers": "msci", "treatment": "small=include"}


def of(rows: list[tuple[Any, ...]], index: str) -> tuple[Any, ...]:
    return next(row[1:] for row in rows if row[0] == index)


def test_a_ratio_of_the_question_is_of_the_float_else_of_the_shares(answer: Answer) -> None:
    # 5 % of 100 m shares outstanding
    assert of(answer(COLUMNS, ENTRY, **FAMILY), "small") == (
        False, "tracking-ratio", pytest.approx(5e6), "estimate",
    )  # fmt: skip
    traded = {**MINIMAL["securities"][0], "float_shares": 60e6}
    rows = answer(COLUMNS, ENTRY, **{**FAMILY, "securities": [traded]})
    assert of(rows, "small")[2] == pytest.approx(3e6)


def test_of_no_member_assets_times_the_weight_over_the_close(answer: Answer) -> None:
    # 16 bn dollars x 0.1 % / 160
    asked = {**UNASSUMED, "weight": "AAA@small=0.1%"}
    assert of(answer(COLUMNS, asked, **FAMILY), "small") == (
        False, "tracked-aum", pytest.approx(100_000), "estimate",
    )  # fmt: skip
    asked["tracked_aum"] = "small=32bn"
    assert of(answer(COLUMNS, asked, **FAMILY), "small")[2] == pytest.approx(200_000)


def test_of_a_member_what_its_trackers_hold(answer: Answer) -> None:
    assert of(answer(COLUMNS, UNASSUMED, **FAMILY), "rest") == (True, "observed", 250.0, "at_least")


@pytest.mark.parametrize(
    ("pool", "position", "bound"),
    [
        ({"index_id": "rest"}, 250.0 + 500.0, "estimate"),
        ({}, 250.0, "at_least"),  # its money tracks several indices: it is in none
    ],
)
def test_a_pool_counts_where_its_money_tracks_the_index_alone(
    pool: dict[str, Any], position: float, bound: str, answer: Answer
) -> None:
    # 40 m dollars in F2 hold 250 shares, so 80 m in the pool hold 500
    ends = ("low", "central", "high")
    sized = {f"amount_{end}_usd": 8e7 for end in ends}
    sized |= {f"exposure_{end}_ratio": 1.0 for end in ends}
    tables = {
        **FAMILY,
        "fund_net_assets": [{"fund_id": "F2", "net_assets_usd": 4e7}],
        "asset_pools": [{"pool_id": "p", "provider_id": "msci", "density_index_id": "rest",
                         "vehicle": "fund", **sized, **pool}],
    }  # fmt: skip
    found = of(answer(COLUMNS, UNASSUMED, **tables), "rest")
    assert found[2:] == (pytest.approx(position), bound)


def test_without_assets_or_weight_there_is_no_figure_and_a_flag_is_named(answer: Answer) -> None:
    rows = answer(f"{COLUMNS} unknown_reason", UNASSUMED, **FAMILY)
    assert of(rows, "small")[:4] == (False, "membership-unknown", None, "unknown")
    assert "--weight" in of(rows, "small")[4]
    known = [{**each, "tracked_aum_usd": None} for each in FAMILY["indices"]]
    rows = answer(f"{COLUMNS} unknown_reason", UNASSUMED, **{**FAMILY, "indices": known})
    assert of(rows, "small")[2] is None
    assert "--tracked-aum" in of(rows, "small")[4]
