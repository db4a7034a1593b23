"""The graph of indices names two indices of one provider, and a relation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moved import FAMILY

Facts = Callable[..., list[tuple[str, str]]]
EDGE = {"index_id": "small", "parent_id": "imi", "relation": "part"}


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"index_id": "nix"}, "unknown index nix"),
        ({"parent_id": "nix"}, "unknown parent nix"),
        ({"parent_id": "small"}, "is its own parent"),
        ({"relation": "sibling"}, "unknown relation sibling"),
        ({"parent_id": "n100"}, "msci and nasdaq"),
    ],
)
def test_what_the_graph_cannot_say_is_found(
    changes: dict[str, Any], fact: str, facts: Facts
) -> None:
    other = {"index_id": "n100", "provider_id": "nasdaq", "index_name": "N100"}
    tables = {**FAMILY, "indices": [*FAMILY["indices"], other]}
    assert facts(**tables) == []
    edge = {**EDGE, **changes}
    found = facts(**{**tables, "index_parents": [edge]})
    assert found == [(f"{edge['index_id']} {edge['parent_id']}", fact)]
