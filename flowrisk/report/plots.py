"""The main chart of an answer by itself, as SVG, for a notebook or a file.

Of an answer that has a page it is a chart of that page; the others are drawn here, from the figures
and words of the answer. Computes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flowrisk.errors import QuestionError, join_names, nearest
from flowrisk.export import files
from flowrisk.report import templates
from flowrisk.report.charts import bars, spans, standalone
from flowrisk.text import formatting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from flowrisk.domain import Answer
    from flowrisk.report.chart_files import ChartFile

Row = dict[str, Any]
# the chart of a page that answers its question, the first of these that the page has
_MAIN = ("scenario-waterfall", "scenario-by-security", "risk-exceedances", "screen-prices-1")


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart: a notebook shows it, ``svg`` is its text, ``write`` puts it into a file.

    Args:
        name: its name, such as ``scenario-waterfall``.
    """

    name: str
    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<Plot: {self.name}>"

    def write(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the chart as SVG and return the absolute path.

        Raises: QuestionError for a suffix that is not .svg, an existing file, or one that cannot
            be written.
        """
        from pathlib import Path

        target = Path(path)
        if target.suffix.lower() != ".svg":
            raise QuestionError(
                f"A chart is written as SVG, and '{target.name}' is no .svg.",
                remedy="Name the file with the suffix .svg.",
            )
        files.refuse_existing(target, is_forced=force)
        return files.write(target, self.svg.encode(), is_forced=force)


class Told(NamedTuple):
    """What a chart shows, how a figure of it is written, and what is measured in words."""

    chart: bars.BarChart | spans.SpanChart
    form: Callable[[float | None], str]
    measure: str


def of_charts(drawn: Sequence[ChartFile], name: str | None) -> Plot:
    """Return one of a page's charts by its name, with or without the command in it; else its main
    one.

    Raises: QuestionError for a name that no chart has, and for a page without a chart.
    """
    charts = {each.name: each for each in drawn}
    if not charts:
        raise QuestionError(
            "This answer has no chart: nothing is observed or estimated.",
            remedy="Ask about a security with holdings, or give an assumption of your own.",
        )
    wanted = name or next((each for each in _MAIN if each in charts), next(iter(charts)))
    short = {each.partition("-")[2]: each for each in charts}
    found = charts.get(short.get(wanted, wanted))
    if found is None:
        raise QuestionError(
            f"There is no chart '{wanted}'.",
            facts={"charts": join_names(short), "nearest": nearest(wanted, short) or "none"},
            remedy="Name one of these charts, or none for the main one.",
        )
    return Plot(found.name, found.svg.decode())


def drawn(command: str, answer: Answer, finding: str, source: Sequence[str]) -> Plot:
    """Return the chart of an answer that has no page.

    Args:
        finding: the title.
        source: the lines below it: data, day, version.
    """
    told = _CHARTS[command](cast("Mapping[str, Any]", answer.marts))
    said = {
        **told._asdict(),
        "title": finding,
        "is_ranged": isinstance(told.chart, spans.SpanChart),
    }
    svg = templates.rendered("_charts/single.svg.jinja", said)
    whole = standalone.Drawn(name=command, title=finding, svg=svg, measure=told.measure,
                             source=source)  # fmt: skip
    return Plot(command, standalone.svg(whole, standalone.looks(templates.style())).decode())


def _calibration(marts: Mapping[str, Any]) -> Told:
    rows: list[spans.Interval] = []
    for row in marts["targets"].rows(named=True):
        who = formatting.name(row["scenario_id"], 24)
        ends = (row[f"model_{end}_ratio"] for end in ("low", "central", "high"))
        rows += [
            spans.Interval(f"{who}: implied by the estimate", None, row["tracking_ratio"], None),
            spans.Interval(f"{who}: own estimate", *ends),
        ]
    return Told(spans.spans(rows), _ratio, "tracking ratio, % of shares outstanding")


def _backtest(marts: Mapping[str, Any]) -> Told:
    rows = [
        spans.Interval(row["case_id"] + ("*" if row["is_calibrated"] else ""), None,
                       row["forecast_of_published_ratio"], None)
        for row in marts["cases"].rows(named=True)
    ]  # fmt: skip
    measure = "forecast ÷ actual; dashed: 1; * calibrated to the published figure, not scored"
    return Told(spans.spans(rows, reference=1.0), _multiple, measure)


def _comparison(marts: Mapping[str, Any]) -> Told:
    rows = [
        bars.Row(f"{formatting.name(row['scenario_id'], 24)}: {side.upper()}",
                 (row[f"outflow_{side}_usd"],))
        for row in marts["totals"].rows(named=True)
        for side in "ab"
    ]  # fmt: skip
    return Told(bars.bars(rows), formatting.money, "outflow of the basket, US dollars")


def _explanation(marts: Mapping[str, Any]) -> Told:
    row: Row = marts["figure"].row(0, named=True)
    unit, form = ("usd", formatting.money) if row["close_usd"] else ("shares", formatting.shares)
    ends = (row[f"model_{end}_{unit}"] for end in ("low", "central", "high"))
    outflow = row[f"outflow_{unit}"]
    rows = [
        spans.Interval("observed in covered funds", None, row[f"observed_outflow_{unit}"], None),
        spans.Interval("own estimate", *ends),
        spans.Interval(f"outflow ({formatting.words(row['bound'])})", None, outflow, None),
    ]
    measure = "US dollars" if unit == "usd" else "shares"
    return Told(spans.spans(rows, reference=outflow), form, f"{measure}; dashed: the outflow")


def _calendar(marts: Mapping[str, Any]) -> Told:
    rows = [
        bars.Row(f"{row['trades_on']} {formatting.name(row['scenario_id'], 16)}",
                 (abs(row["outflow_usd"]),), is_at_least=row["is_at_least"],
                 is_total=row["is_largest"])
        for row in marts["session_totals"].rows(named=True)
        if row["outflow_usd"] is not None
    ]  # fmt: skip
    return Told(bars.bars(rows), formatting.money, "basket by trade session, US dollars")


def _pair_errors(marts: Mapping[str, Any]) -> Told:
    rows = [
        spans.Interval(f"{row['pair_kind']} {row['size_class']}", row["low_ratio"], None,
                       row["high_ratio"])
        for row in marts["bands"].rows(named=True)
    ]  # fmt: skip
    measure = "actual ÷ foretold position, 90 % band; dashed: 1"
    return Told(spans.spans(rows, reference=1.0), _multiple, measure)


def _ratio(ratio: float | None) -> str:
    return formatting.percent(ratio, decimals=2)


def _multiple(number: float | None) -> str:
    return formatting.UNKNOWN if number is None else f"{number:.3f}"


_CHARTS: Mapping[str, Callable[[Mapping[str, Any]], Told]] = {
    "calibrate": _calibration, "backtest": _backtest, "compare": _comparison,
    "explain": _explanation, "calendar": _calendar, "pair_errors": _pair_errors,
}  # fmt: skip
