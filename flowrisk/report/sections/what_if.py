"""What a reader may move on the page of a scenario, and the numbers it takes to count again.

Holds inputs only: the page's script counts, by the formulas of ``sql/`` and ``impact``, and only
what the reader moved; nothing here changes a figure of the page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import Scenario, ScenarioAnswer
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
RATIOS_COUNT = 8
_STEPS_PER_DIGIT = 100
_PERCENT = 100
_USING_RATIOS = frozenset({"auto", "tracking-ratio"})


class Slider(NamedTuple):
    """One number the reader may move; ``start`` is the page's own. Of a tracking ratio also the
    provider and the share count that it is of; both empty for others.

    ``low``, ``high`` and ``step`` are those of the slider; the field beside it takes any number
    from 0 to ``most`` (None = no upper end).
    """

    slider_id: str
    provider_id: str
    denominator: str
    start: str
    low: str
    high: str
    step: str
    most: str | None


class Line(NamedTuple):
    """One scenario, its outflow on the page, and as JSON what that is made of."""

    scenario: Scenario
    lead: Row
    flows: str


class WhatIf(NamedTuple):
    """``sliders`` of price and participation, one of ``ratios`` a provider with a tracking ratio;
    ``more_count`` providers have one too, but no slider of their own."""

    sliders: tuple[Slider, ...]
    ratios: tuple[Slider, ...]
    lines: tuple[Line, ...]
    more_count: int


def what_if(answer: ScenarioAnswer, about: Lead) -> WhatIf | None:
    """Return what may be moved for the security the page is about; None where nothing is sold or
    nothing could be moved.

    Source: shares = max(tracking ratio · denominator, observed shares), ``outflows_estimated.sql``;
    dollars = shares · price, ``outflows.sql``; days = shares / ADV / participation, ``impact``.
    """
    lead = about.most
    if not lead["outflow_shares"]:
        return None
    sold = _of(lead, answer.marts["provider_outflows"])
    ratios = _ratios(answer, lead, {row["provider_id"] for row in sold if row["sold_ratio"]})
    moved = sorted(ratios, key=lambda each: -ratios[each]["estimated_shares"])[:RATIOS_COUNT]
    sliders = (
        *([_price(lead["close_usd"])] if lead["close_usd"] else []),
        *([_participation(answer)] if lead["adv_shares"] else []),
    )
    tracked = tuple(_ratio(position, ratios[each]) for position, each in enumerate(moved))
    lines = tuple(
        Line(scenario, row, json.dumps(_flows(sold, row, ratios, moved)))
        for scenario, row in zip(answer.scenarios, about.rows, strict=True)
    )
    is_movable = sliders or tracked
    return WhatIf(sliders, tracked, lines, len(ratios) - len(moved)) if is_movable else None


def _ratios(answer: ScenarioAnswer, lead: Row, sellers: Collection[str]) -> dict[str, Row]:
    """Return the tracking ratio of each provider that sells, where the question uses them."""
    if answer.assumptions["method"].value not in _USING_RATIOS:
        return {}
    return {
        row["provider_id"]: row
        for row in _of(lead, answer.marts["estimates"])
        if row["provider_id"] in sellers and row["tracking_ratio"] and row["denominator_shares"]
    }


def _of(lead: Row, frame: pl.DataFrame) -> list[dict[str, Any]]:
    import polars as pl

    return frame.filter(pl.col("security_id") == lead["security_id"]).rows(named=True)


def _flows(
    sold: Sequence[Row], lead: Row, ratios: Mapping[str, Row], moved: Sequence[str]
) -> dict[str, Any]:
    """Return what one scenario's outflow is made of; no text in it is a user's."""
    return {
        "adv_shares": lead["adv_shares"],
        "providers": [
            {"outflow_shares": row["outflow_shares"], "method": row["method"]}
            | _movable(row, ratios, moved)
            for row in sold
            if row["scenario_id"] == lead["scenario_id"] and row["outflow_shares"] is not None
        ],
    }


def _movable(row: Row, ratios: Mapping[str, Row], moved: Sequence[str]) -> dict[str, Any]:
    name = row["provider_id"]
    if name not in moved or not row["sold_ratio"]:
        return {}
    return {
        "slider": moved.index(name),
        "denominator_shares": ratios[name]["denominator_shares"],
        "sold_ratio": row["sold_ratio"],
        "observed_shares": row["observed_outflow_shares"],
    }


def _price(close_usd: float) -> Slider:
    return _slider("price", close_usd, None)


def _participation(answer: ScenarioAnswer) -> Slider:
    ratio: Any = answer.assumptions["participation"].value
    start = _typed(ratio * _PERCENT)
    return Slider("participation", "", "", start, "1", "100", "1", "100")


def _ratio(position: int, row: Row) -> Slider:
    slider = _slider(f"ratio-{position}", row["tracking_ratio"] * _PERCENT, 100)
    return slider._replace(provider_id=row["provider_id"], denominator=row["denominator"])


def _slider(slider_id: str, start: float, most: int | None) -> Slider:
    """Return a slider from one small step to about twice the start, in steps of round numbers."""
    step = 10.0 ** math.floor(math.log10(start)) / _STEPS_PER_DIGIT
    high = math.ceil(2 * start / step) * step
    if most is not None:
        high = min(high, float(most))
    low = _typed(step)
    above = None if most is None else str(most)
    return Slider(slider_id, "", "", _typed(start), low, _typed(high), low, above)


def _typed(number: float) -> str:
    """Return a number as a form takes it: no exponent, no trailing digits of binary fractions."""
    return f"{number:.12f}".rstrip("0").rstrip(".")
