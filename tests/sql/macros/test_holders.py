"""Who holds a security, fund by fund."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flowrisk.api import Dataset


def test_the_funds_that_hold_strategy(sample: Dataset) -> None:
    found = sample.query("select fund_name, provider_id, shares, holding_usd from holders('MSTR')")
    assert found["shares"].to_list() == [
        8_160_898, 5_457_761, 3_913_370, 2_722_394, 1_665_187, 579_439, 566_130, 396_636, 337_579,
        320_277, 296_331, 61_289, 55_857, 54_231, 45_470, 45_157, 6_312, 435, 77,
    ]  # fmt: skip
    assert found.row(1)[:2] == ("Invesco QQQ Trust Series 1", "nasdaq")
    assert found["holding_usd"].sum() == pytest.approx((24_678_518 + 6_312) * 177.13)


def test_only_what_was_held_on_the_day_of_the_question(sample: Dataset) -> None:
    early = sample.query("select max(as_of_on) from holders('MSTR')", as_of="2025-09-01")
    late = sample.query("select max(as_of_on) from holders('MSTR')", as_of="2025-11-20")
    assert early.item().isoformat() <= "2025-09-01" < late.item().isoformat()
