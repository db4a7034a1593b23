"""The steps of a reweight as typed: changes of a factor or of counted shares, oldest first."""

from __future__ import annotations

import re

from flowrisk.analytics.tranches import Tranche
from flowrisk.errors import QuestionError
from flowrisk.question.parsing import parse_amount, parse_date, parse_ratio

_TRANCHE = re.compile(r"(?P<name>.+)\.(?P<kind>factor|shares)=(?P<values>[^@]+)@(?P<on>.+)")


def parse_tranches(texts: object) -> tuple[Tranche, ...]:
    """Parse ``MSTR.factor=0.5:0.25@2026-02-27,MSTR.shares=300m:270m@2026-05-29``, oldest first.

    Raises: QuestionError for any other shape, a factor outside 0-1, a count not above 0, two
        steps of one kind on one day, or a step that does not begin where the one before it ended.
    """
    items = [texts] if isinstance(texts, str) else list(texts)  # type: ignore[call-overload]
    parsed = [_parsed(part.strip()) for item in items for part in str(item).split(",")]
    ordered = tuple(sorted(parsed, key=lambda each: (each.effective_on, each.name, each.kind)))
    last: dict[tuple[str, str], Tranche] = {}
    for tranche in ordered:
        before = last.get((tranche.name.casefold(), tranche.kind))
        if before and (
            before.effective_on == tranche.effective_on or before.after != tranche.before
        ):
            raise QuestionError(
                "Two steps of one change do not follow each other.",
                facts={"step": before, "next": tranche},
                remedy="Let each step begin at the value where the one before it ended, "
                "on a later day.",
            )
        last[tranche.name.casefold(), tranche.kind] = tranche
    return ordered


def _parsed(text: str) -> Tranche:
    match = _TRANCHE.fullmatch(text)
    before, _, after = match["values"].partition(":") if match else ("", "", "")
    if match is None or not after:
        raise QuestionError(
            "A change of factor or shares could not be read.",
            facts={"value": repr(text)},
            remedy="Write --reweight MSTR.factor=0.5:0.25@2026-02-27 or "
            "MSTR.shares=300m:270m@2026-05-29, several separated by commas.",
        )
    kind = match["kind"]
    read = parse_ratio if kind == "factor" else parse_amount
    values = [read(value, name=f"--reweight {text}") for value in (before, after)]
    limit = 1.0 if kind == "factor" else float("inf")
    if not (0 < values[0] <= limit and 0 <= values[1] <= limit):
        raise QuestionError(
            "A change of factor or shares is out of range.",
            facts={"value": text},
            remedy="Give factors as ratios (0-1) and counts in shares, the one before above 0.",
        )
    on = parse_date(match["on"], name=f"--reweight {text}")
    return Tranche(match["name"].strip(), kind, values[0], values[1], on)
