"""The inputs of each estimate, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]

TWO = {"providers": "msci,all"}


def test_ratio_and_tracked_aum_stand_side_by_side(answer: Answer, market: Market) -> None:
    memberships = [{"index_id": "n100", "security_id": "AAA-ID", "weight_ratio": 0.5}]
    got = answer(
        "provider_id estimate applies_to_id tracking_ratio denominator denominator_shares "
        "weight_ratio estimated_shares not_estimated_reason basis source",
        {"securities": "AAA"}, **{**market, "index_memberships": memberships},
    )  # fmt: skip
    assert got == [
        ("nasdaq", "tracked-aum", "n100", None, None, None, 0.5, None,
         "no tracked AUM in the data", None, None),
        ("nasdaq", "tracking-ratio", "AAA-ID", 0.08, "shares_outstanding", 1_000.0, None, 80.0,
         None, "calibrated", "a note"),
    ]  # fmt: skip


def test_an_unknown_denominator_is_said(answer: Answer, market: Market) -> None:
    ratios = [{**market["tracking_ratios"][0], "denominator": "float_shares"}]
    got = answer("estimated_shares not_estimated_reason", {},
                 **{**market, "tracking_ratios": ratios})  # fmt: skip
    assert got == [(None, "the denominator is unknown")]
