"""The page on published estimates: each figure once beside ours, how one of them is read in two
ways, what managers hold. Chooses and sets side by side; the SQL compared.

The only arithmetic here: the sum of two published figures that one estimator gave as parts, and
managers' shares at the price that such a part rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.report.sections import evidence

if TYPE_CHECKING:
    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
_OTHERS_COUNT = 50
_TOTAL, _ADDITIONAL = "total", "additional"


class Figure(NamedTuple):
    """One published figure: the first text that printed it, and the others; ``repeated_by`` are
    other publishers that quote it."""

    row: Row
    copies: Sequence[Row]
    repeated_by: Sequence[str]

    @property
    def difference_usd(self) -> float:
        """Published less ours at its price and scope, in US dollars."""
        return float(self.row["published_usd"] - self.row["outflow_usd"])


class Dispute(NamedTuple):
    """A published figure that is read as a total by some and as an addition by others.

    ``sum_usd`` is the figure with the part it may add to, which ``sum_count`` texts print;
    ``yardsticks`` are other amounts for the same flow: the row of another estimator or of managers,
    the amount, and whether the total lies nearer to it than the sum.
    """

    figure_usd: float
    part: Row
    sum_usd: float
    total_count: int
    additional_count: int
    sum_count: int
    yardsticks: list[tuple[Row, float, bool]]

    @property
    def is_total_nearer(self) -> bool | None:
        """Whether every yardstick lies nearer to the total; None where they differ or are none."""
        sides = {nearer for _, _, nearer in self.yardsticks}
        return sides.pop() if len(sides) == 1 else None


def published(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the parts of the section on published estimates, by name."""
    return {
        "reconciliation": reconciliation(answer),
        "dispute": dispute(answer, about),
        "manager_crosscheck": managers(answer),
    }


def reconciliation(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return the published figures: those compared with ours, and the others with the reason.

    ``independent`` are the figures that our ratios do not repeat, or all where there is no other.
    """
    rows = answer.marts["reconciliation"].rows(named=True)
    compared = [row for row in rows if row["not_compared_reason"] is None]
    others = [row for row in rows if row["not_compared_reason"] is not None]
    found = figures(compared)
    independent = [each.row for each in found if not each.row["is_calibration_input"]]
    return {
        "figures": found[-evidence.TOP_COUNT :],
        "figures_count": len(found),
        "independent": independent or [each.row for each in found],
        "has_coverage": any(row["coverage_gap_usd"] for row in compared),
        "tickers": list(dict.fromkeys(row["ticker"] for row in compared)),
        "compared": compared[-evidence.TOP_COUNT :],
        "compared_count": len(compared),
        "others": others[:_OTHERS_COUNT],
        "others_count": len(others),
    }


def figures(rows: Iterable[Row]) -> list[Figure]:
    """Return each published figure once, in the order of its first text.

    One estimator's amount for one scope of one security is one figure, however many texts print it
    and at whatever price; a figure that others repeat is that of the first.
    """
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        by = "" if row["is_calibration_input"] else row["estimator"]
        key = (by, row["security_id"], row["scope"], row["published_usd"])
        found.setdefault(key, []).append(row)
    return [
        Figure(own[0], own[1:], list(dict.fromkeys(
            row["estimator"] for row in own if row["estimator"] != own[0]["estimator"])))
        for own in found.values()
    ]  # fmt: skip


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
        [(whose, usd, abs(usd - figure_usd) < abs(usd - sum_usd)) for whose, usd in others],
    )  # fmt: skip


def managers(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return manager-level (13F) holdings, for comparison with covered funds, and those of
    securities that were not asked about."""
    basket = {each.security_id for each in answer.securities if each.is_in_basket}
    rows = answer.marts["manager_crosscheck"].rows(named=True)
    own = [row for row in rows if row["security_id"] in basket]
    others = [row for row in rows if row["security_id"] not in basket]
    shown = own[: evidence.TOP_COUNT], others[: evidence.TOP_COUNT]
    more_count = len(rows) - sum(map(len, shown))
    return {"rows": shown[0], "others": shown[1], "more_count": more_count}


def _peers(pairs: Iterable[tuple[Row, Row]], figure_usd: float) -> Iterator[tuple[Row, float]]:
    """Return what other estimators' parts add up to."""
    told = {figure_usd}
    for row, part in pairs:
        # what is cited later is no further figure
        if row["published_usd"] not in told:
            told.add(row["published_usd"])
            yield row, row["published_usd"] + part["published_usd"]


def _held(rows: Iterable[Row], close_usd: float | None) -> Iterator[tuple[Row, float]]:
    """Return what mainly passive managers hold at a price."""
    for row in rows:
        if row["crosscheck_shares"] and close_usd:
            yield row, row["crosscheck_shares"] * close_usd


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
