"""``flowrisk scenario`` on the sample, on 10 m and on 100 m holdings, in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from measured import Row, in_turn, process, row

if TYPE_CHECKING:
    from data import Data


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time the three; the large lake may take half as long again as the small one, and as the
    sample and half a second."""
    small, large = data.small_lake(), data.large_lake()
    asked = ("-m", "flowrisk", "scenario", "-q")
    runs = in_turn(
        {
            "sample": lambda: process(*asked),
            "small": lambda: process(*asked, "--data", str(small)),
            "large": lambda: process(*asked, "--data", str(large)),
        },
        runs_count,
    )
    months = {"10 m": data.sizes.small_month_count, "100 m": data.sizes.large_month_count}
    small_name, large_name = (f"scenario, 5 × {count:,} holdings" for count in months.values())
    sample = row("lake", "scenario, sample", runs["sample"])
    return [
        sample,
        row("lake", small_name, runs["small"]),
        row("lake", large_name, runs["large"], peer=small_name, of_peer=runs["small"],
            allowed=f"≤ 1.5; ≤ {1.5 * sample.seconds + 0.5:.2f} s"),
    ]  # fmt: skip
