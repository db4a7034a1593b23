"""The page on liquidity: how long a sale takes, its effective dates, its price impact by model.

Chooses and words; the days and the impacts were counted before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    chosen: Any = answer.assumptions["participation"].value
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
        "top": longest,
        "ratios": ratios,
        "bounds_count": len(longest.rows) - len(ranked),
        "lines": [(row, [paces.get((row["security_id"], ratio)) for ratio in ratios])
                  for row in longest.rows],
        "ranked": [row for row in ranked if row["days_to_sell"]],
        "drawn": drawn,
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
            (_who([row], about), row["decision_due_on"])
            for row in rows if row["decision_due_on"] and not row["leader_id"])),
        "is_led": any(row["leader_id"] for row in rows),
        "days": [(own[0], _who(own, about),
                  any(row["is_inferred"] for row in own)) for own in days.values()],
        "largest": largest and (largest[0], _who(largest, about)),
    }  # fmt: skip


def _who(rows: Iterable[Row], about: Lead) -> str:
    """Return the names of the providers of rows, not yet fit to print."""
    return " and ".join(about.names.get(row["provider_id"], row["provider_id"]) for row in rows)


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
            "who": _who(own[:1], about),
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
    """Return the models side by side: a chart of the widest scenario, a line a model, and the
    central values and ends that the chart holds, in basis points."""
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
    known = [[each for each in (row.low, row.central, row.high) if each is not None]
             for row in drawn]  # fmt: skip
    return {
        "lines": [
            (model, name, [cells[model, each.scenario_id] for each in answer.scenarios])
            for model, name in MODELS.items()
            if cells
        ],
        "centres": [each.central for each in drawn if each.central is not None],
        "ends": [end for ends in known for end in ends],
        "drawn": drawn,
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


def fall(row: Row) -> str:
    """Return a model's answer in words: its interval and its limits, or why it has none."""
    if row["central_bps"] is None:
        return formatting.name(row["reason"], 80).replace("_", " ")
    return f"{spans.interval(_interval(row), formatting.fall)}{trading.beyond(row['reason'])}"
