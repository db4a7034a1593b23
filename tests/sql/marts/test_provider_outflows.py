"""Each provider's part of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_each_provider_of_each_scenario_has_its_row(answer: Answer, market: Market) -> None:
    got = answer(
        "scenario_id provider_id outflow_shares observed_outflow_shares estimated_outflow_shares "
        "outflow_usd method tracking_ratio tracking_ratio_basis funds_count",
        {**TWO, "securities": "AAA"}, **market,
    )  # fmt: skip
    assert got == [
        ("msci", "msci", 60.0, 60.0, 0.0, 120.0, "observed", None, None, 3),
        ("all", "msci", 60.0, 60.0, 0.0, 120.0, "observed", None, None, 3),
        ("all", "nasdaq", 80.0, 40.0, 40.0, 160.0, "tracking-ratio", 0.08, "calibrated", 1),
    ]


def test_the_reason_for_no_tracked_aum_estimate_is_said(answer: Answer, market: Market) -> None:
    memberships = [{"index_id": "world", "security_id": "AAA-ID"}]
    got = answer("provider_id not_estimated_reason", {"providers": "all", "securities": "AAA"},
                 **{**market, "index_memberships": memberships})  # fmt: skip
    assert got == [("msci", "no tracked AUM in the data"),
                   ("nasdaq", "no index membership in the data")]  # fmt: skip
