"""The smallest weight a security has in an index of a provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]


def test_the_smallest_known_weight_is_that_of_the_broadest_index(answer: Answer) -> None:
    rows = [{"index_id": i, "security_id": SECURITY, "weight_ratio": w}
            for i, w in [("world", 0.01), ("usa", 0.04), ("msci-world", None)]]  # fmt: skip
    indices = [{"index_id": i, "provider_id": "msci"} for i in ("world", "usa", "msci-world")]
    got = answer("provider_id index_id weight_ratio", index_memberships=rows, indices=indices)
    assert got == [("msci", "world", 0.01)]
