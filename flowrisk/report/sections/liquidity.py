"""The page on liquidity: how long a sale takes, its effective dates, its price impact by model.

Chooses and words; the days and the impacts were counted before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowrisk.analytics import execution
from flowrisk.report.charts import bars, spans
from flowrisk.report.sections import evidence
from flowrisk.text import formatting
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import trading

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import ScenarioAnswer
    from flowrisk.report.charts.spans import SpanChart
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
MODELS = {
    "square_root": "Square-root law",
    "almgren_permanent": "Almgren et al., permanent",
    "almgren_realised": "Almgren et al., realised",
    "elasticity": "Demand elasticity",
    "event_study": "Past deletions (history)",
}
_NO_DELETION = {
    **dict.fromkeys(("low_bps", "central_bps", "high_bps")),
    "reason": "not applicable: measured on deletions",
}


def liquidity(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the parts of the section on liquidity and impact, by name."""
    return {
        "selling": selling(answer, about),
        "timeline": timeline(answer, about),
        "execution_schedule": schedule(answer, about),
        "impacts": impacts(answer, about),
        "impact_bounds": bounds(answer, about),
        "signed_lines": beside(answer, about),
    }


def selling(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return days to sell in the widest scenario, at several shares of volume; days of a lower
    bound are days at least, in the table and never ranked beside those of an estimate."""
    import polars as pl

    is_widest = pl.col("scenario_id") == about.widest.scenario_id
    chosen = answer.assumed("participation", float)
    longest = evidence.top(
        answer.marts["outflows"].filter(
            pl.col("is_in_basket"), is_widest, pl.col("outflow_shares") != 0
        ),
        "days_to_sell",
    )
    shown = pl.col("security_id").is_in([row["security_id"] for row in longest.rows])
    ladder = answer.marts["participation_ladder"].filter(is_widest, shown).rows(named=True)
    paces = {(row["security_id"], row["participation_ratio"]): row["days_to_sell"]
             for row in ladder}  # fmt: skip
    paces |= {(row["security_id"], chosen): row["days_to_sell"] for row in longest.rows}
    ratios = sorted({ratio for _, ratio in paces})
    ranked = [row for row in longest.rows if not scenario_text.is_at_least(row)]
    drawn = [bars.Row(formatting.company(row["security_name"]), (row["days_to_sell"],))
             for row in ranked[:evidence.CHARTED_COUNT]]  # fmt: skip
    return {
        "auction_share": trading.auction_share(answer),
        "top": longest,
        "ratios": ratios,
        "bounds_count": len(longest.rows) - len(ranked),
        "lines": [(row, [paces.get((row["security_id"], ratio)) for ratio in ratios])
                  for row in longest.rows],
        "figure": bars.Figure(days_title(ranked, chosen), bars.bars(drawn)),
    }  # fmt: skip


def timeline(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return on which sessions the leading security is sold in the widest scenario, the unknown
    last, the session of the largest sale, and whose decision is awaited until when."""
    import polars as pl

    rows = answer.marts["timeline"].filter(
        pl.col("scenario_id") == about.widest.scenario_id,
        pl.col("security_id") == about.most["security_id"],
        pl.col("outflow_shares") != 0,
    ).sort("trades_on", nulls_last=True, maintain_order=True).rows(named=True)  # fmt: skip
    days: dict[Any, list[Row]] = {}
    for row in rows:
        days.setdefault(row["trades_on"] or row["provider_id"], []).append(row)
    dated = [own for own in days.values() if own[0]["trades_on"]]
    largest = max(dated, key=lambda own: abs(own[0]["same_day_outflow_shares"]), default=None)
    return {
        "awaited": list(dict.fromkeys(
            (about.provider(row), row["decision_due_on"])
            for row in rows if row["decision_due_on"] and not row["leader_id"])),
        "is_led": any(row["leader_id"] for row in rows),
        "days": [(own[0], " and ".join(map(about.provider, own)),
                  any(row["is_inferred"] for row in own)) for own in days.values()],
        "largest": largest and (largest[0], " and ".join(map(about.provider, largest))),
    }  # fmt: skip


def schedule(answer: ScenarioAnswer, about: Lead) -> list[dict[str, Any]]:
    """Return how the leading security's sale is spread in the widest scenario, a row a provider:
    days and shares a day before the close, the last close, and the shares in it."""
    rows = _of_lead(answer.marts["execution_schedule"], about).sort(
        "sold_on", maintain_order=True
    ).rows(named=True)  # fmt: skip
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["provider_id"], []).append(row)
    return [
        {
            "who": about.provider(own[0]),
            "window": [row for row in own if row["phase"] == "window"],
            "closes": [row for row in own if row["phase"] != "window"],
            "last": own[-1],
        }
        for own in found.values()
    ]


def bounds(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the bounds of the leading security's fall in the widest scenario, and its path."""
    own = _of_lead(answer.marts["impact_bounds"], about).rows(named=True)
    path = _of_lead(answer.marts["impact_path"], about).rows(named=True)
    return {"row": own[0] if own else None, "path": path,
            "beyond": trading.beyond(own[0]["caution"]) if own else "",
            "stays": execution.PERMANENT_RATIO, "fades": execution.DECAY_DAYS}  # fmt: skip


def beside(answer: ScenarioAnswer, about: Lead) -> list[tuple[str, Row]]:
    """Return the signed lines beside the leading security's flow in the widest scenario."""
    rows = _of_lead(answer.marts["signed_lines"], about).rows(named=True)
    return [(trading.LINES[row["line"]], row) for row in rows]


def _of_lead(frame: pl.DataFrame, about: Lead) -> pl.DataFrame:
    import polars as pl

    return frame.filter(
        pl.col("scenario_id") == about.widest.scenario_id,
        pl.col("security_id") == about.most["security_id"],
    )


def impacts(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the models side by side: a chart of the widest scenario, a line a model."""
    import polars as pl

    reweighted = {each.scenario_id for each in answer.scenarios
                  if set(each.treatments.values()) - {"freeze"}}  # fmt: skip
    own = answer.marts["impacts"].filter(pl.col("security_id") == about.most["security_id"])
    rows = [
        row | _NO_DELETION
        if row["model"] == "event_study" and row["scenario_id"] in reweighted
        else row
        for row in own.rows(named=True)
    ]
    cells = {(row["model"], row["scenario_id"]): row for row in rows}
    widest = [row for row in rows if row["scenario_id"] == about.widest.scenario_id]
    # past deletions were mostly moves to another index, which bought: history, and no model of this
    drawn = [_interval(row) for row in widest
             if about.most["outflow_shares"] and row["central_bps"] is not None
             and row["model"] != "event_study"]  # fmt: skip
    chart = spans.spans(drawn)
    return {
        "lines": [
            (model, name, [_fall(cells[model, each.scenario_id]) for each in answer.scenarios])
            for model, name in MODELS.items()
            if cells
        ],
        "figure": spans.SpanFigure(impacts_title(about, chart), chart) if drawn else None,
        "beyond": [
            f"{MODELS[row['model']]}{trading.beyond(row['reason'])}"
            for row in widest
            if row["model"] != "event_study" and row["central_bps"] is not None and row["reason"]
        ],
    }


def _interval(row: Row) -> spans.Interval:
    """Return the interval of a model as sizes; the words say whether the price falls or rises."""
    ends = (row[f"{end}_bps"] for end in ("low", "central", "high"))
    return spans.Interval(MODELS[row["model"]],
                          *(None if each is None else abs(each) for each in ends))  # fmt: skip


def _fall(row: Row) -> str:
    """Return a model's answer in words: its interval and its limits, or why it has none."""
    if row["central_bps"] is None:
        return formatting.name(row["reason"], 80).replace("_", " ")
    return f"{spans.interval(_interval(row), formatting.fall)}{trading.beyond(row['reason'])}"


def days_title(rows: Sequence[Row], participation_ratio: float) -> str:
    """Return whose sale takes longest; rows sorted by days, longest first."""
    known = [row for row in rows if row["days_to_sell"]]
    if not known:
        return "No days that could be ranked: lower bounds only, or volumes unknown"
    at = formatting.percent(participation_ratio, decimals=0)
    lead, longest = known[0]["security_name"], formatting.days(known[0]["days_to_sell"])
    company = formatting.company(lead)
    trade = "buy" if scenario_text.is_bought(known[0]) else "liquidate"
    return f"{company} takes {longest} trading days to {trade} at {at} participation"


def impacts_title(about: Lead, chart: SpanChart) -> str:
    """Return how far the models disagree at their central values and at their ends."""
    central = [bar.row.central for bar in chart.bars if bar.row.central is not None]
    ends = [each for bar in chart.bars for each in bar.row.known]
    what = f"a {'rise' if scenario_text.is_bought(about.most) else 'fall'} of {about.name}'s price"
    if len(central) == 1:
        return f"One model applies to {what}: {_between(ends)}, {_between(central)} at its centre"
    return (
        f"The models disagree on {what}: {_between(central)} at their central values, "
        f"{_between(ends)} at their ends"
    )


def _between(values: Sequence[float]) -> str:
    return formatting.extent(formatting.fall(min(values)), formatting.fall(max(values)), " to ")
