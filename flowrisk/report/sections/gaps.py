"""Of a company without any estimate: what the data knows of it and what it lacks. Words; counts
nothing, and never says zero of what is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.text import formatting
from flowrisk.text.paragraphs import own_estimate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead

Row = Mapping[str, Any]
_NAMED_COUNT = 6


class Gap(NamedTuple):
    """A company without any estimate: what is known of it and what is missing, a line each."""

    name: str
    known: Sequence[str]
    missing: Sequence[str]


def named(row: Row) -> str:
    """Return a company with its ticker."""
    return f"{formatting.company(row['security_name'])} ({formatting.name(row['ticker'], 16)})"


def some(names: Sequence[str]) -> str:
    """Return names, of many the first and how many more."""
    rest = len(names) - _NAMED_COUNT
    return ", ".join(names[:_NAMED_COUNT]) + (f" and {rest} more" if rest > 0 else "")


def gap(answer: ScenarioAnswer, about: Lead, cells: Sequence[Row]) -> Gap:
    """Return what is known of a company without an estimate, and what is missing."""
    return Gap(named(cells[0]), list(_known(answer, cells[0])),
               list(_missing(answer, about, cells[0])))  # fmt: skip


def _known(answer: ScenarioAnswer, row: Row) -> Iterator[str]:
    if row["close_usd"] is not None:
        yield f"Price: {formatting.price(row['close_usd'])} ({formatting.day(row['priced_on'])})"
    if row["shares_outstanding"] is not None:
        yield f"Shares outstanding: {formatting.shares(row['shares_outstanding'])}"
    if row["adv_shares"] is not None:
        yield f"Average daily volume: {formatting.shares(row['adv_shares'])} shares"
    if count := _holders_count(answer, row):
        yield f"Held by {count:,} covered fund{'s' if count > 1 else ''}"
    frame = answer.marts["memberships"].filter(security_id=row["security_id"])
    names = list(dict.fromkeys(formatting.name(each) for each in frame["index_name"].to_list()))
    if names:
        yield f"Member of: {some(names)}"
    parts = answer.marts["estimate_components"].filter(security_id=row["security_id"])
    yield from map(formatting.capitalized, own_estimate.conditional(_once(parts)))


def _once(parts: pl.DataFrame) -> Sequence[Row]:
    """Return the parts of an estimate, each once whichever scenarios hold it."""
    return parts.unique(["provider_id", "component_id"], keep="first", maintain_order=True).rows(
        named=True
    )


def _holders_count(answer: ScenarioAnswer, row: Row) -> int:
    frame = answer.marts["fund_outflows"].filter(security_id=row["security_id"])
    return frame.filter(frame["observed_outflow_shares"] != 0)["fund_id"].n_unique()


def _missing(answer: ScenarioAnswer, about: Lead, row: Row) -> Iterator[str]:
    if not _holders_count(answer, row):
        yield "Holdings: none of the covered funds reports a position; other funds may hold it"
    rows = answer.marts["provider_outflows"].filter(
        security_id=row["security_id"], scenario_id=about.widest.scenario_id
    )
    reasons: dict[str, list[str]] = {}
    for each in rows.rows(named=True):
        reason = each["model_missing_reason"] or each["not_estimated_reason"] or "no estimate"
        reasons.setdefault(formatting.name(reason, 80), []).append(about.provider(each))
    for reason, who in reasons.items():
        yield f"{some(who)}: {reason}"
    for name, column in (("price", "close_usd"), ("shares outstanding", "shares_outstanding"),
                         ("trading volume", "adv_shares")):  # fmt: skip
        if row[column] is None:
            yield f"Company: no {name} in the data"
