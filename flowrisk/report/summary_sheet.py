"""The first sheet of a workbook: the main figures of an answer in millions, a line a security.

Chooses the columns and their units; a figure that is not known is an empty cell, and a bound is a
word in a column of its own. Counts nothing: values are the frames' own, in other units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.domain import RiskAnswer, ScenarioAnswer, ScreenAnswer
from flowrisk.export import xlsx
from flowrisk.text import formatting
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import own_estimate

if TYPE_CHECKING:
    from flowrisk.domain import Answer
    from flowrisk.report.note import Memo

Row = Mapping[str, Any]
_MILLION = 1e6
_KEPT_COUNT = 2
_MILLIONS, _RATIO = "#,##0.00", "0.0%"
_DISTRIBUTION = {
    "if_all": "If all exclude", "mean": "Mean", "sd": "Standard deviation", "q50": "Median",
    "q90": "90th percentile", "var95": "95 % VaR", "es95": "95 % ES", "q99": "99th percentile",
}  # fmt: skip
_ABOUT = (
    "Millions of US dollars unless the head says otherwise; an empty cell is unknown, not zero; "
    "estimates, not advice. The sheet Notes says what was asked of which data."
)
_BOUNDS = {
    "calibrated": "calibrated", "estimate": "estimate", "at_least": "at least (≥)",
    "partial": "partial", "unknown": "unknown",
}  # fmt: skip


class Column(NamedTuple):
    """A column: its head with the unit, its number format, and the value of a row."""

    head: str
    form: str
    value: Callable[[Row], object]


_Content = tuple[Sequence[Column], Sequence[Row], int]
"""Columns, rows, and how many of the last rows are sums."""


def _millions(name: str, row: Row) -> float | None:
    value = row.get(name)
    return None if value is None else value / _MILLION


def _plain(name: str, row: Row) -> object:
    return row.get(name)


def _bound(name: str, row: Row) -> str | None:
    return _BOUNDS.get(row[name]) if row.get(name) else None


def _observed(name: str, row: Row) -> float | None:
    """Return what was observed; nothing observed of an unknown outflow is no zero."""
    found = _millions(name, row)
    return found if found or scenario_text.is_known(row) else None


def _own(name: str, row: Row) -> float | None:
    return _millions(name, row) if own_estimate.is_known(row) else None


def _money(head: str, name: str, value: Callable[[str, Row], object] = _millions) -> Column:
    return Column(f"{head} ($m)", _MILLIONS, partial(value, name))


def _company(row: Row) -> str:
    return formatting.company(row["security_name"]) if row.get("security_name") else "Basket"


_WHO = (
    Column("Company", "", _company),
    Column("Ticker", "", partial(_plain, "ticker")),
)  # fmt: skip


def _own_bound(row: Row) -> str:
    return _BOUNDS[row["model_bound"] if own_estimate.is_known(row) else "unknown"]


def _found_by(answer: Answer, row: Row) -> str | None:
    is_yours = scenario_text.is_yours(answer, row)
    return "yours" if is_yours else scenario_text.set_by(row) or None


def _added(first_id: str, row: Row) -> float | None:
    """Return what a scenario adds to the first one; the first adds nothing to itself."""
    return None if row["scenario_id"] == first_id else _millions("increment_usd", row)


def _scenario(answer: ScenarioAnswer) -> _Content:
    columns = (*_WHO, Column("Scenario", "", partial(_plain, "scenario_id")),
               *_amounts(answer), *_trading(answer))  # fmt: skip
    rows = [row for cells in scenario_text.by_security(answer) for row in cells
            if row["is_in_basket"]]  # fmt: skip
    totals = answer.marts["scenario_totals"].rows(named=True)
    return columns, [*rows, *totals], len(totals)


def _amounts(answer: ScenarioAnswer) -> list[Column]:
    first_id = answer.scenarios[0].scenario_id
    return [
        _money("Outflow", "outflow_usd"),
        Column("Bound of the outflow", "", partial(_bound, "bound")),
        Column("Found by", "", partial(_found_by, answer)),
        _money("Own estimate, low", "model_low_usd", _own),
        _money("Own estimate, central", "model_central_usd", _own),
        _money("Own estimate, high", "model_high_usd", _own),
        Column("Bound of the own estimate", "", _own_bound),
        _money("Observed in covered funds", "observed_outflow_usd", _observed),
        _money("Estimated beyond them", "estimated_outflow_usd"),
        Column("Beyond the first scenario ($m)", _MILLIONS, partial(_added, first_id)),
    ]


def _trading(answer: ScenarioAnswer) -> list[Column]:
    days = formatting.percent(answer.assumed("participation", float), decimals=0)
    of_outstanding = "outflow_of_shares_outstanding_ratio"
    auctions = (
        Column(f"Closing auctions, {end} (multiple)", "#,##0.0",
               partial(_plain, f"auction_multiple_{end}_days"))
        for end in ("low", "high")
    )  # fmt: skip
    return [
        Column("Shares (m)", "#,##0.000", partial(_millions, "outflow_shares")),
        Column("Of shares outstanding (%)", "0.00%", partial(_plain, of_outstanding)),
        Column(f"Days to sell at {days} of volume", "#,##0.00", partial(_plain, "days_to_sell")),
        *auctions,
        Column("Price ($)", "#,##0.00", partial(_plain, "close_usd")),
        Column("Price of", "yyyy-mm-dd", partial(_plain, "priced_on")),
    ]


def _risk(answer: RiskAnswer) -> _Content:
    columns = (
        *_WHO,
        Column("Bound", "", partial(_bound, "bound")),
        *(_money(head, f"{name}_usd") for name, head in _DISTRIBUTION.items()),
        Column("Nobody excludes (%)", _RATIO, partial(_plain, "p_none_ratio")),
        Column("All exclude (%)", _RATIO, partial(_plain, "p_all_ratio")),
        Column("Why unknown", "", partial(_plain, "reason")),
    )
    rows = [row for row in answer.marts["distributions"].rows(named=True) if row["is_in_basket"]]
    return columns, rows, 0


def _screen(answer: ScreenAnswer) -> _Content:
    columns = (
        *_WHO,
        Column("Statement of", "yyyy-mm-dd", partial(_plain, "statement_on")),
        Column("Coins", "", partial(_plain, "coins")),
        _money("Digital assets", "digital_assets_usd"),
        _money("Total assets", "total_assets_usd"),
        Column("Digital assets, as reported (%)", _RATIO, partial(_plain, "digital_asset_ratio")),
        Column("Digital assets, at the review price (%)", _RATIO,
               partial(_plain, "review_digital_asset_ratio")),
        Column("Distance to the threshold (%)", _RATIO, partial(_plain, "distance_ratio")),
        Column("Break-even coin price ($)", "#,##0.00",
               partial(_plain, "break_even_coin_price_usd")),
        Column("Why not assessed", "", partial(_plain, "not_assessed_reason")),
    )  # fmt: skip
    rows = answer.marts["digital_asset_ratios"].rows(named=True)
    return columns, [row for row in rows if row["is_in_basket"]], 0


def sheet(answer: Answer, memo: Memo) -> xlsx.Sheet:
    """Return the summary of an answer: its finding and day above a line a security.

    Values are in the units of the heads: millions of dollars or shares, ratios 0 to 1 shown in per
    cent, days, US dollars a share.
    """
    import polars as pl

    columns, rows, bold_count = _content(answer)
    frame = pl.DataFrame(
        [pl.Series(each.head, [each.value(row) for row in rows], _type(each.form), strict=False)
         for each in columns]
    )  # fmt: skip
    return xlsx.Sheet(
        "Summary",
        frame,
        lines=list(_above(answer, memo)),
        forms={each.head: each.form for each in columns if each.form},
        kept_count=_KEPT_COUNT,
        bold_count=bold_count,
    )


def _content(answer: Answer) -> _Content:
    if isinstance(answer, ScenarioAnswer):
        return _scenario(answer)
    if isinstance(answer, RiskAnswer):
        return _risk(answer)
    if isinstance(answer, ScreenAnswer):
        return _screen(answer)
    raise TypeError(type(answer).__name__)


def _type(form: str) -> Any:  # noqa: ANN401 - a type of polars
    import polars as pl

    return pl.String if not form else pl.Date if form.startswith("yyyy") else pl.Float64


def _above(answer: Answer, memo: Memo) -> Iterator[Sequence[object]]:
    yield [memo.finding]
    yield ["As of", answer.as_of_on]
    yield [_ABOUT]
    yield []
