"""The newest weight of every member of the indices asked about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rows import SECURITY, held

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


def _whole_fund() -> dict[str, Any]:
    """F1 lists all it holds: 30 dollars of one member and 70 of another."""
    return {
        "indices": [{"index_id": "world", "provider_id": "msci"}],
        "funds": [{"fund_id": "F1", "fund_name": "Fund one", "index_id": "world"}],
        "fund_reports": [{"fund_id": "F1", "holdings_scope": "full"}],
        "fund_net_assets": [{"fund_id": "F1", "net_assets_usd": 100.0}],
        "holdings": [{**held("F1", 1.0), "market_value_usd": 30.0},
                     {**held("F1", 1.0, security_id="OTHER"), "market_value_usd": 70.0}],
    }  # fmt: skip


def test_a_tracker_s_whole_report_fills_what_is_not_stated(answer: Answer) -> None:
    rows = [_member("world", SECURITY, 0.2)]
    got = answer("security_id weight_ratio weights_fund_name", index_memberships=rows,
                 **_whole_fund())  # fmt: skip
    assert sorted(got) == [("OTHER", 0.7, "Fund one"), (SECURITY, 0.3, "Fund one")]


def test_weights_that_are_stated_in_whole_come_first(answer: Answer) -> None:
    rows = [_member("world", SECURITY, 0.2), _member("world", "OTHER", 0.8)]
    got = answer("security_id weight_ratio weights_fund_name", index_memberships=rows,
                 **_whole_fund())  # fmt: skip
    assert sorted(got) == [("OTHER", 0.8, None), (SECURITY, 0.2, None)]
