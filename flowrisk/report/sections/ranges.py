"""The page on how sure the figure is: low, central and high, what each rests on, what others
published, what managers hold. Chooses, words and sets side by side; the SQL compared.

The only arithmetic here: the sum of two published figures that one estimator gave as parts, and
managers' shares at the price that such a part rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowrisk.report.charts import spans
from flowrisk.report.sections import evidence
from flowrisk.text import formatting

if TYPE_CHECKING:
    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
_OTHERS_COUNT = 50
_TOTAL, _ADDITIONAL = "total", "additional"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A published figure that is read as a total by some and as an addition by others.

    ``sum_usd`` is the figure with the part it may add to, which ``sum_count`` texts print;
    ``yardsticks`` are other amounts for the same flow, with their name and whether the total lies
    nearer to them than the sum.
    """

    figure_usd: float
    part: Row
    sum_usd: float
    total_count: int
    additional_count: int
    sum_count: int
    yardsticks: list[tuple[str, float, bool]]

    @property
    def is_total_nearer(self) -> bool | None:
        """Whether every yardstick lies nearer to the total; None where they differ or are none."""
        sides = {nearer for _, _, nearer in self.yardsticks}
        return sides.pop() if len(sides) == 1 else None


def confidence(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the parts of the sections on range and reconciliation, by name."""
    return {
        "ranges": ranges(answer, about),
        "uncertainty_sources": uncertainty_sources(answer, about),
        "reconciliation": reconciliation(answer),
        "dispute": dispute(answer, about),
        "manager_crosscheck": managers(answer),
    }


def ranges(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return low, central and high of the leading security, a line and a bar a scenario."""
    rows = {row["scenario_id"]: row for row in _lead(answer, about, "ranges")}
    lines = [(about.who(each), rows[each.scenario_id])
             for each in answer.scenarios if each.scenario_id in rows]  # fmt: skip
    chart = spans.spans([
        spans.Interval(who, row["low_usd"], row["central_usd"], row["high_usd"])
        for who, row in lines if row["high_usd"]
    ])  # fmt: skip
    widest = rows.get(about.widest.scenario_id)
    return {
        "lines": lines,
        "figure": spans.SpanFigure(ranges_title(about, widest), chart)
        if widest and chart.bars
        else None,
    }


def uncertainty_sources(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the named sources of uncertainty of the widest scenario, the largest first."""
    import polars as pl

    frame = answer.marts["uncertainty_sources"].filter(
        pl.col("scenario_id") == about.widest.scenario_id,
        pl.col("security_id") == about.most["security_id"],
    )
    rows = frame.sort(
        "amount_usd", descending=True, nulls_last=True, maintain_order=True
    ).rows(named=True)  # fmt: skip
    drawn = [row for row in rows if row["amount_usd"]]
    chart = spans.spans(
        [spans.Interval(formatting.capitalized(source_name(row["source"])), row["low_usd"], None,
                        row["high_usd"]) for row in drawn],
        reference=about.most["outflow_usd"],
    )  # fmt: skip
    return {
        "lines": [row | {"source_name": source_name(row["source"])} for row in rows],
        "figure": spans.SpanFigure(sources_title(drawn[0]), chart) if drawn else None,
    }


def reconciliation(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return the published figures: those compared with ours, and the others with the reason."""
    rows = answer.marts["reconciliation"].rows(named=True)
    compared = [row for row in rows if row["not_compared_reason"] is None]
    others = [row for row in rows if row["not_compared_reason"] is not None]
    return {
        "title": reconciliation_title(compared) if compared else None,
        "repeated_count": sum(row["is_calibration_input"] for row in compared),
        "has_coverage": any(row["coverage_gap_usd"] for row in compared),
        "has_several": len({row["ticker"] for row in compared}) > 1,
        "compared": compared[-evidence.TOP_COUNT :],
        "compared_count": len(compared),
        "others": others[:_OTHERS_COUNT],
        "others_count": len(others),
    }


def dispute(answer: ScenarioAnswer, about: Lead) -> Dispute | None:
    """Return the figure on the leading security that is read in two ways; None if there is none.

    A figure is in dispute where some call it the total and others an addition to the part that
    the same estimator published on the same day for fewer providers.
    """
    rows = [row for row in _lead(answer, about, "reconciliation") if row["published_usd"]]
    totals = [row["published_usd"] for row in rows if row["reading"] == _TOTAL]
    pairs = [(row, part) for row in rows
             if row["reading"] == _ADDITIONAL and (part := _part(row, rows))]  # fmt: skip
    disputed = [(row, part) for row, part in pairs if row["published_usd"] in totals]
    if not disputed:
        return None
    figure_usd, part = disputed[0][0]["published_usd"], disputed[0][1]
    sum_usd = figure_usd + part["published_usd"]
    # at the price and the share count of the part: a flow of another day would be no yardstick
    at_part = (part["own_close_usd"] or 0) * (part["own_count_ratio"] or 1)
    held = _held(_lead(answer, about, "manager_crosscheck"), at_part)
    others = [*_peers(pairs, figure_usd), *held]
    return Dispute(
        figure_usd, part, sum_usd, totals.count(figure_usd),
        sum(row["published_usd"] == figure_usd for row in rows if row["reading"] == _ADDITIONAL),
        sum((row["estimator"], row["published_usd"]) == (part["estimator"], sum_usd)
            for row in rows),
        [(name, usd, abs(usd - figure_usd) < abs(usd - sum_usd)) for name, usd in others],
    )  # fmt: skip


def managers(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return manager-level (13F) holdings, for comparison with covered funds."""
    frame = answer.marts["manager_crosscheck"]
    shown = frame.head(evidence.TOP_COUNT)
    return {"rows": shown.rows(named=True), "more_count": frame.height - shown.height}


def _peers(pairs: Iterable[tuple[Row, Row]], figure_usd: float) -> Iterator[tuple[str, float]]:
    """Return what other estimators' parts add up to."""
    told = {figure_usd}
    for row, part in pairs:
        # what is cited later is no further figure
        if row["published_usd"] not in told:
            told.add(row["published_usd"])
            name = formatting.name(row["estimator"], 32)
            yield f"{name}'s two parts", row["published_usd"] + part["published_usd"]


def _held(rows: Iterable[Row], close_usd: float | None) -> Iterator[tuple[str, float]]:
    """Return what mainly passive managers hold at a price, by the newest day of their positions."""
    for row in rows:
        if row["crosscheck_shares"] and close_usd:
            until = formatting.day(row["newest_on"])
            held_usd = row["crosscheck_shares"] * close_usd
            yield f"mainly passive managers (13F, to {until})", held_usd


def _part(row: Row, rows: Sequence[Row]) -> Row | None:
    """Return what the estimator of an additional figure published beside it, neither total nor
    addition."""
    same = (
        other for other in rows
        if other["reading"] not in {_TOTAL, _ADDITIONAL}
        and (other["estimator"], other["published_on"]) == (row["estimator"], row["published_on"])
    )  # fmt: skip
    return next(same, None)


def _lead(answer: ScenarioAnswer, about: Lead, mart: str) -> list[dict[str, Any]]:
    """Return a frame's rows of the leading security."""
    import polars as pl

    is_lead = pl.col("security_id") == about.most["security_id"]
    return answer.marts[mart].filter(is_lead).rows(named=True)


_SIDES = {"above": "higher than", "within": "within", "below": "lower than"}
_SOURCE_NAMES = {"prior": "non-fund passive assets"}


def ranges_title(about: Lead, row: Row) -> str:
    """Return from where to where the widest scenario's outflow may lie."""
    low, central, high = (formatting.money(row[f"{end}_usd"]) for end in ("low", "central", "high"))
    if row["low_usd"] is None:
        return f"No range of {about.name}'s flow: {row['high_basis']}"
    if row["high_usd"] is None:
        return f"At least {low} of {about.name} is observed; upside not quantified"
    ends = [f"as little as {low}"] if low != central else []
    ends += [f"as much as {high}"] if high != central else []
    if not ends:
        return f"{about.name}'s {central} is observed, with no source of uncertainty"
    return f"{about.name}'s {central} may be {' or '.join(ends)}"


def source_name(source: str) -> str:
    """Return a source of uncertainty in words."""
    return _SOURCE_NAMES.get(source, source)


def sources_title(largest: Row) -> str:
    """Return the source of uncertainty with the most dollars on it."""
    what = largest["says"].partition(";")[0]
    source = source_name(largest["source"])
    return f"Largest uncertainty: {source}, {formatting.money(largest['amount_usd'])} {what}"


def reconciliation_title(compared: Sequence[Row]) -> str:
    """Return how our estimate compares with the published ones, each at its own price and scope.

    One figure printed by several texts is one.
    """
    figures = {(row["estimator"], row["scope"], row["published_usd"]): row
               for row in reversed([row for row in compared if not row["is_calibration_input"]]
                                   or compared)}  # fmt: skip
    own = list(figures.values())
    sides = ", ".join(
        f"{words} {formatting.counted(count)}"
        for side, words in _SIDES.items()
        if (count := sum(row["our_position"] == side for row in own))
    )
    estimates = "published estimate" if len(own) == 1 else "published estimates"
    by = len({row["estimator"] for row in own})
    sources = f" by {formatting.counted(by)} source{'s' if by > 1 else ''}" if len(own) > 1 else ""
    compared_to = f"{formatting.counted(len(own))} {estimates}{sources}"
    return f"At the same price and scope our estimate is {sides}, of {compared_to}"
