"""The ratios that rules test, of the issuers asked about, as they were known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

Answer = Callable[..., list[tuple[Any, ...]]]

RATIOS = [
    {"issuer_id": issuer_id, "input_id": "operating_asset_ratio", "as_of_on": on,
     "input_ratio": ratio, "published_on": published_on}
    for issuer_id, on, ratio, published_on in [
        ("alpha", date(2024, 9, 30), 0.4, date(2024, 11, 1)),
        ("alpha", date(2025, 9, 30), 0.3, None),
        ("alpha", date(2025, 12, 31), 0.2, date(2026, 2, 1)),
        ("beta", date(2025, 9, 30), 0.9, date(2025, 11, 1)),
    ]
]  # fmt: skip


def test_the_newest_first_up_to_the_day_of_those_asked_about(answer: Answer) -> None:
    assert answer("issuer_id as_of_on input_ratio", issuer_ratios=RATIOS) == [
        ("alpha", date(2025, 9, 30), 0.3), ("alpha", date(2024, 9, 30), 0.4),
    ]  # fmt: skip


def test_what_was_not_known_to_be_public_is_left_out(answer: Answer) -> None:
    asked = {"known_on": date(2025, 11, 20)}
    assert answer("input_ratio", asked, issuer_ratios=RATIOS) == [(0.4,)]
