"""What each published scope sells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rows import SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]

TWO_PROVIDERS: dict[str, Any] = {
    "providers": [{"provider_id": p, "provider_name": p} for p in ("msci", "crsp")],
    "indices": [{"index_id": "world", "provider_id": "msci"},
                {"index_id": "total", "provider_id": "crsp"}],
    "index_memberships": [],
    "funds": [{"fund_id": "F1", "index_id": "world"}, {"fund_id": "F2", "index_id": "total"}],
    "fund_reports": [{"fund_id": "F1"}, {"fund_id": "F2"}],
    "holdings": [held("F1", 30.0), held("F2", 12.0)],
}  # fmt: skip


def test_all_others_each_provider_and_each_index(answer: Answer) -> None:
    got = answer("scope outflow_shares not_estimated_count", **TWO_PROVIDERS)
    assert sorted(got) == [
        ("all", 42.0, 2),
        ("crsp", 12.0, 1),
        ("msci", 30.0, 1),
        ("others", 12.0, 1),
        ("total", 12.0, 1),
        ("world", 30.0, 1),
    ]


def test_a_ratio_set_to_a_figure_is_counted(answer: Answer) -> None:
    ratio = {"provider_id": "crsp", "applies_to_id": SECURITY, "applies_to": "security",
             "tracking_ratio": 0.01, "denominator": "shares_outstanding",
             "basis": "illustrative"}  # fmt: skip
    got = answer("scope calibrated_count outflow_shares", **TWO_PROVIDERS, tracking_ratios=[ratio])
    found = {scope: (count, shares) for scope, count, shares in got}
    assert found["all"] == (1, 1_000_030.0)
    assert found["msci"] == (0, 30.0)
    assert found["others"] == (1, 1_000_000.0)
