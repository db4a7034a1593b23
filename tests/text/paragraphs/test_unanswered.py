"""All names asked about are spoken of, those without a figure by name."""

from __future__ import annotations

import pytest

from flowrisk.domain import Scenario
from flowrisk.text.paragraphs import unanswered
from flowrisk.text.paragraphs.unanswered import Gap

MSCI, ALL = Scenario("msci", ("msci",)), Scenario("all", ("crsp", "msci"))


def _row(scenario_id: str, security_id: str, bound: str, close_usd: float | None = 1.0) -> dict:
    return {"scenario_id": scenario_id, "security_id": security_id, "bound": bound,
            "security_name": f"{security_id} Inc", "close_usd": close_usd}  # fmt: skip


def test_each_name_is_told_once_and_the_widest_scenario_first() -> None:
    rows = [
        _row("msci", "A", "estimate"), _row("msci", "B", "unknown"), _row("msci", "C", "unknown"),
        _row("all", "A", "estimate"), _row("all", "B", "unknown", None),
        _row("all", "C", "at_least"),
    ]  # fmt: skip
    assert list(unanswered.gaps([MSCI, ALL], ALL, rows)) == [
        Gap(ALL, ("B Inc",), is_unpriced=True), Gap(MSCI, ("C Inc",), is_unpriced=False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "without", "said"),
    [
        (1, (), ""),
        (1, ("A Inc",), ""),
        (3, (), "All three names: $1 and $2"),
        (3, ("A Inc",), "Two of three names: $1 and $2; no answer for A"),
        (3, ("A Inc", "B Inc"), "No answer for A and B"),
        (
            5,
            ("A Inc", "B Inc", "C Inc"),
            "Two of five names: $1 and $2; no answer for A and two more names",
        ),
    ],
)
def test_the_basket_is_said_with_whom_it_leaves_out(
    count: int, without: tuple[str, ...], said: str
) -> None:
    gap = Gap(ALL, without, is_unpriced=False) if without else None
    assert unanswered.basket(count, ["$1", "$2"], gap) == said
