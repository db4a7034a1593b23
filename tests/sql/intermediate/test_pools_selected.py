"""Which size of each pool counts: of the question, else the newest known by its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "pool_id as_of_on amount_low_usd amount_central_usd amount_high_usd basis"
JUN, SEP, DAY, DEC = date(2025, 6, 30), date(2025, 9, 30), date(2025, 11, 20), date(2025, 12, 31)
WORLD = {"index_id": "msci-world", "provider_id": "msci", "index_name": "World"}
POOL = {
    "pool_id": "p", "as_of_on": SEP, "provider_id": "msci", "amount_low_usd": 4e9,
    "amount_central_usd": 5e9, "amount_high_usd": 6e9, "exposure_low_ratio": 0.4,
    "exposure_central_ratio": 0.6, "exposure_high_ratio": 0.8, "density_index_id": "msci-world",
    "vehicle": "non_etf", "basis": "reported",
}  # fmt: skip


def test_the_newest_size_by_the_question_counts(answer: Answer) -> None:
    pools = [{**POOL, "as_of_on": JUN, "amount_central_usd": 4.5e9}, POOL,
             {**POOL, "as_of_on": DEC, "amount_central_usd": 5.5e9}]  # fmt: skip
    assert answer(COLUMNS, asset_pools=pools) == [("p", SEP, 4e9, 5e9, 6e9, "reported")]


def test_a_size_published_later_than_one_knows_does_not_count(answer: Answer) -> None:
    older = {**POOL, "as_of_on": JUN, "amount_central_usd": 4.5e9, "published_on": JUN}
    later = {**POOL, "published_on": DAY}
    asked = {"known_on": date(2025, 10, 31)}
    assert answer(COLUMNS, asked, asset_pools=[older, later]) == [
        ("p", JUN, 4e9, 4.5e9, 6e9, "reported")
    ]


def test_a_size_of_the_question_replaces_that_of_the_data(answer: Answer) -> None:
    assert answer(COLUMNS, {"pool": "p=1bn:2bn:3bn"}, asset_pools=[POOL]) == [
        ("p", DAY, 1e9, 2e9, 3e9, "yours")
    ]


def test_assets_said_to_track_an_index_are_a_pool_unless_one_stands_for_it(answer: Answer) -> None:
    tracked = {**WORLD, "tracked_aum_usd": 7e9, "tracked_aum_on": SEP, "basis": "reported"}
    assert answer(COLUMNS, indices=[{**tracked, "tracked_aum_on": DEC}]) == []
    assert answer(COLUMNS, indices=[tracked]) == [
        ("tracked:msci-world", SEP, 7e9, 7e9, 7e9, "reported")
    ]
    pool = {**POOL, "index_id": "msci-world", "has_known_funds": True}
    assert [row[0] for row in answer(COLUMNS, indices=[tracked], asset_pools=[pool])] == ["p"]
