"""Pools of unknown names, in a circle or on a capped index are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Facts = Callable[..., list[tuple[str, str]]]

POOL = {"pool_id": "p", "provider_id": "msci", "density_index_id": "msci-world"}
CAPPED = {"index_id": "it-2550", "provider_id": "msci", "index_name": "IT", "cap_ratio": 0.25}
WORLD = {"index_id": "msci-world", "provider_id": "msci", "index_name": "World"}


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"provider_id": "nix"}, "unknown provider nix"),
        ({"density_index_id": "nix"}, "unknown density index nix"),
        ({"index_id": "nix"}, "unknown index nix"),
        ({"within_pool_id": "nix"}, "lies within the unknown pool nix"),
        ({"density_index_id": "it-2550"}, "rests on the capped index it-2550"),
    ],
)
def test_what_leads_nowhere(changes: dict[str, Any], fact: str, facts: Facts) -> None:
    indices = [WORLD, CAPPED]
    assert facts(asset_pools=[POOL], indices=indices) == []
    assert facts(asset_pools=[{**POOL, **changes}], indices=indices) == [("p 2025-10-31", fact)]


def test_a_capped_index_may_stand_for_its_own_money(facts: Facts) -> None:
    own = {**POOL, "density_index_id": "it-2550", "index_id": "it-2550"}
    assert facts(asset_pools=[own], indices=[WORLD, CAPPED]) == []


def test_a_circle_is_found_at_both_pools(facts: Facts) -> None:
    circle = [{**POOL, "within_pool_id": "q"}, {**POOL, "pool_id": "q", "within_pool_id": "p"}]
    assert [subject for subject, _ in facts(asset_pools=circle)] == ["p 2025-10-31", "q 2025-10-31"]
    alone = [{**POOL, "within_pool_id": "p"}]
    assert [subject for subject, _ in facts(asset_pools=alone)] == ["p 2025-10-31"]
