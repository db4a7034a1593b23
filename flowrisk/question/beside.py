"""What trades beside the flow, as typed: short interest, hedges, loans, leveraged funds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flowrisk.errors import QuestionError, join_names, nearest
from flowrisk.question.parsing import named_texts, parse_amount

SHORT, HEDGE, LENT, LEVERAGED = "short-interest", "convert-hedge", "on-loan", "leveraged"
LINES = (SHORT, HEDGE, LENT, LEVERAGED)
_SHAPE = (
    "Write --beside TICKER.LINE=SHARES, such as MSTR.short-interest=30m, with LINE one of "
    "short-interest, convert-hedge and on-loan, or MSTR.leveraged=2:1.5bn: the leverage and the "
    "assets of the funds, several joined by ':'."
)


def parse_beside(texts: object) -> dict[str, tuple[float, ...]]:
    """Parse ``MSTR.short-interest=30m,MSTR.leveraged=2:1.5bn:-2:300m`` into numbers by name.

    Returns: one number of shares a line; of leveraged funds leverage and US dollars in turn.
    Raises: QuestionError for another shape, an unknown line, one given twice, an amount below 0,
        or a leverage of 0 or 1, which needs no rebalancing.
    """
    found: dict[str, tuple[float, ...]] = {}
    for key, text in named_texts(cast("Mapping[str, float] | str", texts)):
        name, _, line = key.rpartition(".")
        if not (name.strip() and text) or line not in LINES:
            facts: dict[str, object] = {"--beside": f"{key}={text}", "known": join_names(LINES)}
            if close := nearest(line, LINES):
                facts["nearest"] = close
            raise QuestionError(
                "What trades beside the flow is not understood.", facts=facts, remedy=_SHAPE
            )
        numbers = tuple(parse_amount(each, name=f"--beside {key}") for each in text.split(":"))
        is_known = key.casefold() in map(str.casefold, found)
        if is_known or not _usable(line, numbers):
            raise QuestionError(
                f"--beside is given twice for '{key}'." if is_known
                else "What trades beside the flow cannot be used.",
                facts={"--beside": f"{key}={text}"},
                remedy=_SHAPE,
            )  # fmt: skip
        found[key] = numbers
    return found


def _usable(line: str, numbers: tuple[float, ...]) -> bool:
    if line != LEVERAGED:
        return len(numbers) == 1 and numbers[0] >= 0
    leverages, assets = numbers[::2], numbers[1::2]
    is_paired = len(leverages) == len(assets)
    return is_paired and min(assets) >= 0 and not {0.0, 1.0} & set(leverages)
