"""The newest weight of every member of the indices asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY

Answer = Callable[..., list[tuple[Any, ...]]]


def _member(index_id: str, security_id: str, weight: float | None, day: int = 1) -> dict[str, Any]:
    return {"index_id": index_id, "security_id": security_id, "weight_ratio": weight,
            "as_of_on": date(2025, 11, day)}  # fmt: skip


def test_members_that_nobody_asked_about_are_there_too(answer: Answer) -> None:
    rows = [_member("world", SECURITY, 0.1), _member("world", SECURITY, 0.2, 10),
            _member("world", SECURITY, 0.9, 30), _member("world", "OTHER", 0.8),
            _member("elsewhere", "OTHER", 1.0)]  # fmt: skip
    indices = [{"index_id": i, "provider_id": "msci"} for i in ("world", "elsewhere", "msci-world")]
    got = answer("index_id security_id weight_ratio", index_memberships=rows, indices=indices)
    assert sorted(got) == [("world", "OTHER", 0.8), ("world", SECURITY, 0.2)]
