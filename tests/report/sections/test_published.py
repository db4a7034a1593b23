"""One row a published figure, however many texts print it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowrisk.report.sections import published

if TYPE_CHECKING:
    from flowrisk.api import ScenarioResult


def test_copies_of_one_sentence_are_counted_once(sample_result: ScenarioResult) -> None:
    found = published.reconciliation(sample_result.answer)["figures"]
    told = [(f.row["estimator"], f.row["scope"], f.row["published_usd"] / 1e9, len(f.copies))
            for f in found]  # fmt: skip
    # eleven texts: 11.6 is printed twice, 8.8 for the others three times, 2.8 repeated by two
    assert told == [
        ("JPMorgan", "all", 11.6, 1), ("JPMorgan", "msci", 2.8, 2), ("JPMorgan", "others", 8.8, 2),
        ("TD Cowen", "msci", 2.5, 0), ("TD Cowen", "others", 5.5, 0),
        ("Reuters (unnamed analysts)", "all", 9.0, 0),
    ]  # fmt: skip
    assert list(found[1].repeated_by) == ["Bitwise (M. Hougan)", "Strategy letter to MSCI"]


def test_the_difference_is_on_the_same_price_and_scope(sample_result: ScenarioResult) -> None:
    first = published.reconciliation(sample_result.answer)["figures"][0]
    # 11.6bn less 49,683,592 shares x 195.05 dollars
    assert first.difference_usd == pytest.approx(1.9093e9, rel=1e-4)
    row = first.row
    assert first.difference_usd == pytest.approx(row["rest_usd"] + row["coverage_gap_usd"])
