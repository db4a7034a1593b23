"""What an answer rests on, as a page shows it: observed positions, their age and basis, decisions,
ratios, notes, funds not covered. Rows are chosen and cut here; the SQL counted them.

The only sums here are those of a cut ("and n more"), and of rows of one fund, basis or age.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.report.charts import bars as bar_charts
from flowrisk.report.charts import timeline

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
TOP_COUNT = 25
CHARTED_COUNT = 10
_OTHER_EVENTS_COUNT = 100
_SCORED = {"momentum", "quality", "value", "growth", "volatility", "dividend"}
_MONTH_DAYS = 31
_QUARTER_DAYS = 92


@dataclass(frozen=True, slots=True)
class Top:
    """The largest rows of a table; ``more`` is what the ``more_count`` others add up to."""

    rows: list[dict[str, Any]]
    more_count: int
    more: float | None

    @property
    def count(self) -> int:
        """How many rows there are in all."""
        return len(self.rows) + self.more_count


class Sellers(NamedTuple):
    """Covered funds by what they hold of the basket; the largest holds ``largest_ratio`` (0-1) of
    the observed dollars."""

    drawn: Sequence[bar_charts.Row]
    largest_name: str
    largest_ratio: float


class Ages(NamedTuple):
    """Observed dollars by the age of the report; ``old_ratio`` (0-1) of them is older than
    ``recent_days``."""

    drawn: Sequence[bar_charts.Row]
    old_ratio: float
    recent_days: int


def evidence(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the sections of the page that say what the figures rest on, by name."""
    return {
        "index_outflows": positions(answer, "index_outflows", "index_id"),
        "scored_indices": scored_indices(answer),
        "fund_outflows": positions(answer, "fund_outflows", "fund_id"),
        "sellers": sellers(answer, about),
        "basis_outflows": bases_seen(answer),
        "ages": ages(answer),
        **report_ages(answer),
        "decisions": decisions(answer),
        "estimates": ratios(answer),
        "not_estimated": not_estimated(answer),
        "rule_disagreements": disagreements(answer),
        "coverage": answer.marts["coverage"].rows(named=True),
        "fund_coverage": unread(answer),
        "unmapped_holders": unmapped(answer),
    }


def scored_indices(answer: ScenarioAnswer) -> list[str]:
    """Return the indices with positions whose names say that a score chooses their members, such
    as momentum: a position may end at a review without any exclusion."""
    held = answer.marts["index_outflows"].filter("is_in_basket")
    names = held.filter(held["observed_outflow_shares"] > 0)["index_name"].drop_nulls()
    return [name for name in dict.fromkeys(names) if _SCORED & set(name.casefold().split())]


def top(frame: pl.DataFrame, column: str, *, count: int = TOP_COUNT) -> Top:
    """Return the rows with the largest values of a column, bought or sold, and what the others add
    up to.

    Unknown values come last; ``more`` is None where all the others are unknown.
    """
    import polars as pl

    size = pl.col(column).abs()
    ordered = frame.sort(size, descending=True, nulls_last=True, maintain_order=True)
    if ordered.height <= count:
        return Top(ordered.rows(named=True), 0, None)
    rest = ordered.slice(count)
    known = rest[column].drop_nulls()
    return Top(ordered.head(count).rows(named=True), rest.height,
               float(known.sum()) if known.len() else None)  # fmt: skip


def positions(answer: ScenarioAnswer, mart: str, key: str) -> Top:
    """Return the observed positions of indices or funds in the basket, each once."""
    return top(_once(answer, mart, (key, "security_id")), "observed_outflow_usd")


def sellers(answer: ScenarioAnswer, about: Lead) -> Sellers | None:
    """Return what each covered fund holds of the basket in the widest scenario, the largest first,
    and what is estimated beyond all of them; None where no dollars are observed."""
    import polars as pl

    is_widest = pl.col("scenario_id") == about.widest.scenario_id
    dollars = pl.col("observed_outflow_usd")
    held = answer.marts["fund_outflows"].filter(is_widest, pl.col("is_in_basket"), dollars > 0)
    by_fund = held.group_by("fund_id", "fund_name", maintain_order=True).agg(dollars.sum())
    funds = top(by_fund, "observed_outflow_usd", count=CHARTED_COUNT)
    if not funds.rows:
        return None
    rows = [bar_charts.Row(row["fund_name"], (row["observed_outflow_usd"], 0.0))
            for row in funds.rows]  # fmt: skip
    if funds.more_count:
        rows.append(bar_charts.Row(f"{funds.more_count} more funds", (funds.more, 0.0)))
    largest_ratio = funds.rows[0]["observed_outflow_usd"] / by_fund["observed_outflow_usd"].sum()
    (total,) = answer.marts["scenario_totals"].filter(is_widest).rows(named=True)
    if (total["estimated_outflow_usd"] or 0.0) > 0:
        rows.append(bar_charts.Row("outside covered funds", (0.0, total["estimated_outflow_usd"])))
    return Sellers(rows, funds.rows[0]["fund_name"], largest_ratio)


def bases_seen(answer: ScenarioAnswer) -> list[dict[str, Any]]:
    """Return how the basket's observed dollars are known: reported, derived, inferred."""
    import polars as pl

    once = _once(answer, "basis_outflows", ("provider_id", "security_id", "basis"))
    sums = once.group_by("basis", maintain_order=True).agg(
        pl.when(pl.col("observed_outflow_usd").is_not_null().any()).then(
            pl.col("observed_outflow_usd").sum()),
        pl.col("funds_count").sum(),
    )  # fmt: skip
    return sums.sort("observed_outflow_usd", descending=True, nulls_last=True).rows(named=True)


def ages(answer: ScenarioAnswer) -> Ages | None:
    """Return the basket's observed dollars by the age of the fund report they rest on; None
    without any."""
    import polars as pl

    once = _once(answer, "fund_outflows", ("fund_id", "security_id"))
    stale_days: Any = answer.assumptions["max_age"].value
    edges = [-1, *(edge for edge in (_MONTH_DAYS, _QUARTER_DAYS) if edge < stale_days), stale_days]
    age, dollars = pl.col("report_age_days"), pl.col("observed_outflow_usd").sum()
    rows = [
        bar_charts.Row(f"{low + 1} to {high} days old", (
            once.filter(age.is_between(low, high, closed="right")).select(dollars).item(),))
        for low, high in pairwise(edges)
    ]  # fmt: skip
    stale = once.filter(age > stale_days).select(dollars).item()
    rows.append(bar_charts.Row(f"older than {stale_days} days", (stale,)))
    total = sum(row.value or 0.0 for row in rows)
    if not total:
        return None
    return Ages(rows, 1 - (rows[0].value or 0.0) / total, edges[1])


def report_ages(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return the age of each covered fund's newest report on the basket, the oldest first."""
    held = _once(answer, "fund_outflows", ("fund_id", "security_id")).sort("report_age_days")
    newest = held.unique("fund_id", keep="first", maintain_order=True)
    oldest = top(newest, "report_age_days", count=CHARTED_COUNT)
    rows = [bar_charts.Row(row["fund_name"], (row["report_age_days"],)) for row in oldest.rows]
    return {
        "report_ages": rows,
        "oldest_reports": oldest,
        "stale_reports_count": newest.filter("is_stale").height,
    }


def decisions(answer: ScenarioAnswer) -> dict[str, Any]:
    """Return the events of the providers asked about; those that treat a company are numbered."""
    asked = _asked(answer)
    rows = [row for row in answer.marts["decisions"].rows(named=True)
            if row["provider_id"] in asked]  # fmt: skip
    dated = [row for row in rows if row["happens_on"] is not None]
    treating = [row for row in dated if row["treatment"] not in {None, "none"}][-TOP_COUNT:]
    numbers = {row["decision_id"]: number for number, row in enumerate(treating, 1)}
    events = [timeline.Event(row["provider_name"], row["happens_on"],
                           numbers.get(row["decision_id"])) for row in dated]  # fmt: skip
    others = [row for row in rows if row["decision_id"] not in numbers]
    return {
        "last": next((row for row in reversed(treating) if row["event"] == "decision"), None),
        "later_count": sum(row["happens_on"] > answer.as_of_on for row in treating),
        "events": events if treating else [],
        "numbered": list(enumerate(treating, 1)),
        "others": others[:_OTHER_EVENTS_COUNT],
        "others_count": len(others),
    }


def ratios(answer: ScenarioAnswer) -> Top:
    """Return the tracking ratios used, the largest first."""
    import polars as pl

    used = answer.marts["estimates"].filter(pl.col("tracking_ratio").is_not_null())
    return top(used, "estimated_shares")


def not_estimated(answer: ScenarioAnswer) -> list[tuple[str, int]]:
    """Return why outflows of the basket were not estimated, and for how many pairs of provider
    and security."""
    import polars as pl

    once = _once(answer, "provider_outflows", ("provider_id", "security_id"))
    counted = (
        once.filter(pl.col("method").is_in(["observed", "membership-unknown"]))
        .group_by("not_estimated_reason")
        .len()
        .sort(["len", "not_estimated_reason"], descending=[True, False])
    )
    return counted.rows()


def disagreements(answer: ScenarioAnswer) -> list[dict[str, Any]]:
    """Return the candidates on which rule and list differ; none where no rule was asked about."""
    frame = answer.marts.get("rule_disagreements")
    return [] if frame is None else frame.head(_OTHER_EVENTS_COUNT).rows(named=True)


def unread(answer: ScenarioAnswer) -> Top:
    """Return the funds known to track an index asked about but not covered, the largest first."""
    import polars as pl

    frame = answer.marts["fund_coverage"].filter(
        ~pl.col("is_read"), pl.col("provider_id").is_in(sorted(_asked(answer)))
    )
    return top(frame, "net_assets_usd")


def unmapped(answer: ScenarioAnswer) -> list[dict[str, Any]]:
    """Return what funds that track no known index hold of the basket, the most first."""
    import polars as pl

    return answer.marts["unmapped_holders"].filter(pl.col("is_in_basket")).rows(named=True)


def _asked(answer: ScenarioAnswer) -> set[str]:
    return {each for scenario in answer.scenarios for each in scenario.provider_ids}


def _once(answer: ScenarioAnswer, mart: str, keys: Iterable[str]) -> pl.DataFrame:
    """Return a mart's rows of the basket, each once whichever scenarios hold it."""
    import polars as pl

    basket = answer.marts[mart].filter(pl.col("is_in_basket"))
    return basket.unique(list(keys), keep="first", maintain_order=True)
