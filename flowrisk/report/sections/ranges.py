"""The page on how sure the figure is: low, central and high, and what each rests on. Chooses; the
frames hold the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flowrisk.report.charts import spans

if TYPE_CHECKING:
    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead


_SOURCE_NAMES = {"prior": "non-fund passive assets"}


def confidence(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the parts of the section on the range, by name."""
    return {
        "ranges": ranges(answer, about),
        "uncertainty_sources": uncertainty_sources(answer, about),
    }


def ranges(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return low, central and high of the leading security, a line and a bar a scenario."""
    own = answer.marts["ranges"].filter(security_id=about.most["security_id"])
    rows = {row["scenario_id"]: row for row in own.rows(named=True)}
    lines = [(about.who(each), rows[each.scenario_id])
             for each in answer.scenarios if each.scenario_id in rows]  # fmt: skip
    drawn = [spans.Interval(who, row["low_usd"], row["central_usd"], row["high_usd"])
             for who, row in lines if row["high_usd"]]  # fmt: skip
    widest = rows.get(about.widest.scenario_id)
    return {
        "lines": lines,
        "widest": widest,
        "drawn": drawn if widest else [],
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
    return {
        "lines": [row | {"source_name": source_name(row["source"])} for row in rows],
        "largest": drawn[0] | {"source_name": source_name(drawn[0]["source"])} if drawn else None,
        "drawn": [spans.Interval(source_name(row["source"]).capitalize(), row["low_usd"], None,
                                 row["high_usd"]) for row in drawn],
    }  # fmt: skip


def source_name(source: str) -> str:
    """Return a source of uncertainty in words."""
    return _SOURCE_NAMES.get(source, source)
