"""An answer as the sections of its page: rows chosen and cut, figures judged, charts placed.

A key of the context is the name of the mart whose rows it holds. Sums here are those of a cut
("and n more") and of a chart's bars; everything else was counted by the SQL.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from flowrisk import charts, export, grades, models, sentences
from flowrisk.scenario import MARTS

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.grades import Grade
    from flowrisk.scenario import ScenarioAnswer
    from flowrisk.sentences import Subject

Row = Mapping[str, Any]
TOP_COUNT = 25
CHARTED_COUNT = 10
STEPS_COUNT = 10
EMBEDDED_COUNT = 500
_YOUNG_DAYS = 31
_MIDDLE_DAYS = 92
_PARTICIPATION_RATIOS = (0.1, 0.2, 0.3)
# what may stand unescaped in a data URI inside single quotes; quotes escaped would double its size
_PLAIN_IN_URI = '!"$()*+,-./:;=?@[]^_`{|}~'
_LIBRARIES = ("duckdb", "polars", "jinja2")


@dataclass(frozen=True, slots=True)
class Top:
    """The largest rows of a table; ``more_usd`` is what the ``more_count`` others add up to."""

    rows: list[dict[str, Any]]
    more_count: int
    more_usd: float | None

    @property
    def total(self) -> int:
        """How many rows there are in all."""
        return len(self.rows) + self.more_count


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the finding it shows."""

    title: str
    chart: charts.BarChart


@dataclass(frozen=True, slots=True)
class Card:
    """One scenario of the headline: the leading security, the basket, and how sure we are."""

    who: str
    lead: Row
    basket: Row
    bar: charts.Bar
    grade: Grade
    bases: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Download:
    """One file the page carries."""

    file_name: str
    what: str
    href: str


def context(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return everything the template of the scenario page speaks of, by name."""
    about = sentences.subject(answer)
    return {
        "answer": answer,
        "about": about,
        "participation_ratio": answer.assumptions["participation"].value,
        "adv_window_count": answer.assumptions["adv_window"].value,
        "max_age_days": answer.assumptions["max_age"].value,
        "title": sentences.title(about, answer.scenarios),
        "standfirst": sentences.standfirst(about, answer.scenarios),
        "citation": sentences.citation(answer, about),
        "cards": cards(answer, about),
        "waterfall": waterfall(answer, about),
        "scenario_totals": answer.marts["scenario_totals"].rows(named=True),
        "outflows": outflows(answer, about, is_in_basket=True),
        "outsiders": outflows(answer, about, is_in_basket=False),
        "provider_outflows": lead_providers(answer, about),
        "index_outflows": positions(answer, "index_outflows", "index_id"),
        "fund_outflows": positions(answer, "fund_outflows", "fund_id"),
        "basis_outflows": bases_seen(answer),
        "ages": ages(answer),
        "liquidity": liquidity(answer, about),
        "decisions": decisions(answer),
        "estimates": ratios(answer),
        "not_estimated": not_estimated(answer),
        "candidate_profiles": profiles(answer, about),
        "coverage": answer.marts["coverage"].rows(named=True),
        "fund_coverage": unread(answer),
        "assumptions": {
            name: (sentences.value(name, assumption), assumption)
            for name, assumption in answer.assumptions.items()
        },
        "command": sentences.command(answer),
        "versions": [(each, metadata.version(each)) for each in _LIBRARIES],
        "queries": [models.models()[f"marts.{name}"] for name in MARTS if name in answer.marts],
        "downloads": downloads(answer),
        "embedded_count": EMBEDDED_COUNT,
        "is_cut": any(frame.height > EMBEDDED_COUNT for frame in answer.marts.values()),
    }


def cards(answer: ScenarioAnswer, about: Subject) -> list[Card]:
    """Return one card a scenario, their bars on one scale."""
    totals = {row["scenario_id"]: row for row in
              answer.marts["scenario_totals"].rows(named=True)}  # fmt: skip
    drawn = charts.bars([_stacked(row["scenario_id"], row) for row in about.rows])
    return [
        Card(about.who(scenario), lead, totals[scenario.scenario_id], bar,
             _grade(answer, lead), _bases(answer, lead, about))
        for scenario, lead, bar in zip(answer.scenarios, about.rows, drawn.bars, strict=True)
    ]  # fmt: skip


def waterfall(answer: ScenarioAnswer, about: Subject) -> Figure | None:
    """Return the way from the first scenario to the widest, provider by provider; None for one
    provider, who needs no steps."""
    rows = [
        row
        for row in answer.marts["provider_outflows"].rows(named=True)
        if row["scenario_id"] == about.widest.scenario_id
        and row["security_id"] == about.most["security_id"]
    ]
    first = answer.scenarios[0]
    start_ids = set(first.provider_ids)
    is_start = start_ids < {row["provider_id"] for row in rows}
    added = [row for row in rows if not (is_start and row["provider_id"] in start_ids)]
    if len(rows) < 2:  # noqa: PLR2004 - one provider is no staircase
        return None
    added.sort(key=lambda row: -(row["outflow_usd"] or 0.0))
    steps = [_stacked(sentences.name(about.names.get(row["provider_id"])), row)
             for row in added[:STEPS_COUNT]]  # fmt: skip
    if rest := added[STEPS_COUNT:]:
        steps.append(
            charts.Row(
                f"{len(rest)} more providers",
                tuple(
                    sum(row[column] or 0.0 for row in rest)
                    for column in ("observed_outflow_usd", "estimated_outflow_usd")
                ),
            )
        )
    if is_start:
        steps = [_stacked(about.who(first), about.first),
                 *(replace(step, label=f"+ {step.label}") for step in steps)]  # fmt: skip
    total = f"= {about.who(about.widest)}"
    return Figure(
        sentences.waterfall_title(about, about.who(first), len(added) * is_start),
        charts.bars(charts.waterfall(steps, total)),
    )


def outflows(answer: ScenarioAnswer, about: Subject, *, is_in_basket: bool) -> dict[str, Any]:
    """Return securities, the largest in the widest scenario first, with a cell a scenario."""
    import polars as pl

    frame = answer.marts["outflows"].filter(pl.col("is_in_basket") == is_in_basket)
    widest = frame.filter(pl.col("scenario_id") == about.widest.scenario_id)
    seen = widest if is_in_basket else widest.filter(pl.col("outflow_shares") > 0)
    largest = top(seen, "outflow_usd")
    cells = {(row["security_id"], row["scenario_id"]): row for row in frame.filter(
        pl.col("security_id").is_in([row["security_id"] for row in largest.rows])
    ).rows(named=True)}  # fmt: skip
    unseen = [row["ticker"] for row in widest.rows(named=True) if not row["outflow_shares"]]
    charted = largest.rows[:CHARTED_COUNT]
    return {
        "top": largest,
        "lines": [[cells[row["security_id"], s.scenario_id] for s in answer.scenarios]
                  for row in largest.rows],
        "widest": [cells[row["security_id"], about.widest.scenario_id] for row in largest.rows],
        "count": widest.height,
        "unseen": [sentences.name(t, 16) for t in sorted(unseen, key=str)[:4 * TOP_COUNT]],
        "unseen_count": len(unseen),
        "unpriced_count": widest["close_usd"].null_count(),
        "figure": Figure(
            sentences.securities_title(largest.rows),
            charts.bars([_stacked(sentences.company(row["security_name"]), row)
                         for row in charted if row["outflow_shares"]]),
        ),
    }  # fmt: skip


def lead_providers(answer: ScenarioAnswer, about: Subject) -> list[dict[str, Any]]:
    """Return the leading security's outflow by provider, each provider once."""
    import polars as pl

    frame = answer.marts["provider_outflows"]
    lead = frame.filter(pl.col("security_id") == about.most["security_id"])
    return top(
        lead.unique("provider_id", keep="first", maintain_order=True),
        "outflow_usd",
        count=lead.height,
    ).rows


def positions(answer: ScenarioAnswer, mart: str, key: str) -> Top:
    """Return what indices or funds were seen to hold of the basket, each position once."""
    import polars as pl

    once = answer.marts[mart].filter(pl.col("is_in_basket")).unique(
        [key, "security_id"], keep="first", maintain_order=True)  # fmt: skip
    return top(once, "observed_outflow_usd")


def bases_seen(answer: ScenarioAnswer) -> list[dict[str, Any]]:
    """Return how the basket's observed dollars are known: reported, derived, inferred."""
    import polars as pl

    once = answer.marts["basis_outflows"].filter(pl.col("is_in_basket")).unique(
        ["provider_id", "security_id", "basis"], keep="first", maintain_order=True)  # fmt: skip
    sums = once.group_by("basis", maintain_order=True).agg(
        pl.col("observed_outflow_usd", "observed_outflow_shares", "funds_count").sum()
    )
    return sums.sort("observed_outflow_usd", descending=True).rows(named=True)


def ages(answer: ScenarioAnswer) -> Figure:
    """Return the basket's observed dollars by the age of the fund report they rest on."""
    import polars as pl

    once = answer.marts["fund_outflows"].filter(pl.col("is_in_basket")).unique(
        ["fund_id", "security_id"], keep="first", maintain_order=True)  # fmt: skip
    longest = max(cast("int", answer.assumptions["max_age"].value), _MIDDLE_DAYS)
    edges = (-1, _YOUNG_DAYS, _MIDDLE_DAYS, longest)
    age = pl.col("report_age_days")
    dollars = pl.col("observed_outflow_usd")
    rows = [
        charts.Row(f"{low + 1} to {high} days old",
                   (once.filter(age.is_between(low, high, closed="right")).select(dollars.sum()).item(),))
        for low, high in zip(edges, edges[1:], strict=False) if low < high
    ]  # fmt: skip
    rows.append(
        charts.Row(
            f"older than {longest} days", (once.filter(age > longest).select(dollars.sum()).item(),)
        )
    )
    chart = charts.bars(rows)
    return Figure(sentences.ages_title(chart), chart)


def liquidity(answer: ScenarioAnswer, about: Subject) -> dict[str, Any]:
    """Return days to sell in the widest scenario, at several shares of volume."""
    import polars as pl

    chosen = cast("float", answer.assumptions["participation"].value)
    ratios_shown = sorted({*_PARTICIPATION_RATIOS, chosen})
    frame = answer.marts["outflows"].filter(
        pl.col("is_in_basket"), pl.col("scenario_id") == about.widest.scenario_id,
        pl.col("outflow_shares") > 0,
    )  # fmt: skip
    longest = top(frame, "days_to_sell")
    days = {
        row["security_id"]: [
            None if row["adv_multiple_days"] is None else row["adv_multiple_days"] / ratio
            for ratio in ratios_shown
        ]
        for row in longest.rows
    }
    largest = max(lead_providers(answer, about), key=lambda row: row["outflow_shares"] or 0.0)
    volume = about.most["adv_shares"]
    return {
        "top": longest,
        "ratios": ratios_shown,
        "days": days,
        "largest_name": about.names.get(largest["provider_id"]),
        "largest_multiple_days": largest["outflow_shares"] / volume if volume else None,
        "figure": Figure(
            sentences.days_title(longest.rows, chosen),
            charts.bars([charts.Row(sentences.company(row["security_name"]),
                                    (row["days_to_sell"],))
                         for row in longest.rows[:CHARTED_COUNT]]),
        ),
    }  # fmt: skip


def decisions(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return the events of the providers asked about; those that treat anybody are numbered."""
    asked = {each for scenario in answer.scenarios for each in scenario.provider_ids}
    rows = [row for row in answer.marts["decisions"].rows(named=True)
            if row["provider_id"] in asked]  # fmt: skip
    treating = [row for row in rows if row["happens_on"] and row["treatment"] not in {None, "none"}]
    numbers = {row["decision_id"]: i for i, row in enumerate(treating[-TOP_COUNT:], 1)}
    events = [
        charts.Event(sentences.name(row["provider_name"], 24), row["happens_on"],
                     numbers.get(row["decision_id"]))
        for row in rows if row["happens_on"]
    ]  # fmt: skip
    return {
        "numbered": [(numbers[row["decision_id"]], row) for row in rows
                     if row["decision_id"] in numbers],
        "others": [row for row in rows if row["decision_id"] not in numbers][:4 * TOP_COUNT],
        "count": len(rows),
        "title": sentences.decisions_title(treating, answer.as_of_on),
        "timeline": charts.timeline(events, today_on=answer.as_of_on) if numbers else None,
    }  # fmt: skip


def ratios(answer: ScenarioAnswer) -> list[dict[str, Any]]:
    """Return the tracking ratios used, with what each was set to."""
    import polars as pl

    used = answer.marts["estimates"].filter(pl.col("tracking_ratio").is_not_null())
    return top(used, "estimated_shares").rows


def not_estimated(answer: ScenarioAnswer) -> list[tuple[str, int]]:
    """Return why providers' outflows of basket securities were not estimated, and how often."""
    import polars as pl

    once = answer.marts["provider_outflows"].filter(
        pl.col("is_in_basket"), pl.col("method").is_in(["observed", "membership-unknown"])
    ).unique(["provider_id", "security_id"])  # fmt: skip
    counted = once.group_by("not_estimated_reason").len().sort(
        ["len", "not_estimated_reason"], descending=[True, False])  # fmt: skip
    return [(sentences.name(reason, 120), count) for reason, count in counted.rows()]


def profiles(answer: ScenarioAnswer, about: Subject) -> Top:
    """Return analysts' notes beside each candidate's outflow in the widest scenario."""
    import polars as pl

    frame = answer.marts["candidate_profiles"]
    return top(frame.filter(pl.col("scenario_id") == about.widest.scenario_id), "outflow_usd")


def unread(answer: ScenarioAnswer) -> Top:
    """Return the funds known to track an index asked about but not read, the largest first."""
    import polars as pl

    asked = {each for scenario in answer.scenarios for each in scenario.provider_ids}
    frame = answer.marts["fund_coverage"].filter(
        ~pl.col("is_read"), pl.col("provider_id").is_in(sorted(asked)))  # fmt: skip
    return top(frame, "net_assets_usd")


def downloads(answer: ScenarioAnswer) -> list[Download]:
    """Return the data the page carries, each table cut at ``EMBEDDED_COUNT`` rows.

    The dataset goes by its name: a path would make the page differ from machine to machine.
    """
    cut = {name: frame.head(EMBEDDED_COUNT) for name, frame in answer.marts.items()}
    envelope = export.envelope(replace(answer, marts=cut, dataset_path=answer.dataset_name))
    whole = json.dumps(json.loads(envelope), ensure_ascii=False, separators=(",", ":"))
    return [
        Download("flowrisk.json", "every table, assumption and check",
                 _data_uri("application/json", whole.encode())),
        *(Download(f"{name}.csv", f"{cut[name].height} rows",
                   _data_uri("text/csv", export.frame_bytes(cut[name], "csv")))
          for name in ("outflows", "provider_outflows") if name in cut),
    ]  # fmt: skip


def top(frame: pl.DataFrame, column: str, *, count: int = TOP_COUNT) -> Top:
    """Return the rows with the largest values of a column, and what the others add up to."""
    ordered = frame.sort(column, descending=True, nulls_last=True, maintain_order=True)
    rest = ordered.slice(count)
    return Top(
        ordered.head(count).rows(named=True),
        rest.height,
        rest[column].sum() if rest[column].is_not_null().any() else None,
    )


def script_hash(source: str) -> str:
    """Return the source expression that lets a content security policy admit one text."""
    import hashlib

    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _stacked(label: str, row: Row) -> charts.Row:
    return charts.Row(label, (row["observed_outflow_usd"], row["estimated_outflow_usd"]))


def _grade(answer: ScenarioAnswer, lead: Row) -> Grade:
    import polars as pl

    mine = answer.marts["fund_outflows"].filter(
        pl.col("scenario_id") == lead["scenario_id"], pl.col("security_id") == lead["security_id"],
        pl.col("is_stale"))  # fmt: skip
    return grades.grade(
        outflow_shares=lead["outflow_shares"],
        observed_shares=lead["observed_outflow_shares"],
        stale_shares=float(mine["observed_outflow_shares"].sum()),
        method=lead["method"],
        bases=frozenset(_provider_bases(answer, lead).values()),
    )


def _provider_bases(answer: ScenarioAnswer, lead: Row) -> dict[str, str]:
    return {
        row["provider_id"]: row["tracking_ratio_basis"]
        for row in answer.marts["provider_outflows"].rows(named=True)
        if row["scenario_id"] == lead["scenario_id"]
        and row["security_id"] == lead["security_id"]
        and row["method"] == "tracking-ratio"
    }


def _bases(answer: ScenarioAnswer, lead: Row, about: Subject) -> dict[str, list[str]]:
    """Return, by basis of the ratio used, what it was set to; bases that are measured say nothing."""
    used = _provider_bases(answer, lead)
    found: dict[str, list[str]] = {}
    for row in answer.marts["estimates"].rows(named=True):
        basis = used.get(row["provider_id"])
        if row["security_id"] != lead["security_id"] or row["tracking_ratio"] is None:
            continue
        if basis == "calibrated":
            found.setdefault(basis, []).append(
                f"{sentences.name(about.names.get(row['provider_id']))}: {sentences.set_to(row)}"
            )
        if basis == "illustrative":
            found.setdefault(basis, []).append(sentences.name(about.names.get(row["provider_id"])))
    return found


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};charset=utf-8,{quote(content, safe=_PLAIN_IN_URI)}"
