"""The page on offsetting flows: replacement buying, the effects of a freeze, active funds.

None of it is part of an outflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from flowrisk.report.sections import evidence
from flowrisk.text import formatting
from flowrisk.text.paragraphs.confidence import NOT_SOLD

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.domain import ScenarioAnswer
    from flowrisk.text.sentences import Lead


Row = Mapping[str, Any]
_UNPLACED = "unallocated"


def both_sides(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return the parts of the section on the other sides, by name."""
    return {
        "replacement_buying": replacement_buying(answer, about),
        "active_pass_through": active_pass_through(answer, about),
        "is_active_given": bool(answer.assumptions["active_aum"].value),
        "freeze_effects": freeze_effects(answer, about),
        "frozen": frozen(answer, about),
        "reweight_tranches": reweight_tranches(answer),
    }


def replacement_buying(answer: ScenarioAnswer, about: Lead) -> dict[str, Any]:
    """Return who buys with the proceeds in the widest scenario, and what could not be placed,
    summed by its reason."""
    import polars as pl

    frame = answer.marts["replacement_buying"].filter(
        pl.col("scenario_id") == about.widest.scenario_id
    )
    is_unplaced = pl.col("security_id") == _UNPLACED
    unplaced = (
        frame.filter(is_unplaced)
        .group_by("reason", maintain_order=True)
        .agg(pl.col("bought_usd").sum(), pl.col("index_id").n_unique().alias("indices_count"))
    )
    derived = frame.filter(~is_unplaced, pl.col("weights_fund_id").is_not_null())
    return {
        "weights_of": derived.unique("index_id", maintain_order=True).rows(named=True),
        "top": evidence.top(frame.filter(~is_unplaced), "bought_usd"),
        "unplaced": unplaced.sort("bought_usd", descending=True).rows(named=True),
    }


def active_pass_through(answer: ScenarioAnswer, about: Lead) -> evidence.Top:
    """Return what active money that is measured against an index would sell, where it is known."""
    import polars as pl

    known = answer.marts["active_pass_through"].filter(
        pl.col("scenario_id") == about.widest.scenario_id, pl.col("active_aum_usd").is_not_null()
    )
    return evidence.top(known, "central_usd")


def freeze_effects(answer: ScenarioAnswer, about: Lead) -> dict[str, Any] | None:
    """Return where a freeze leads, each frozen position of the basket once; None without one."""
    import polars as pl

    if "freeze_effects" not in answer.marts:
        return None
    once = answer.marts["freeze_effects"].filter("is_in_basket").unique(
        ["provider_id", "security_id"], keep="first", maintain_order=True
    )  # fmt: skip
    is_known = pl.col("unknown_reason").is_null()
    frozen_count = once["provider_id"].n_unique()
    unknown: dict[str, list[str]] = {}
    for (reason, _), own in once.filter(~is_known).group_by(
        ["unknown_reason", "security_id"], maintain_order=True
    ):
        by = "" if own.height == frozen_count else _by(own.rows(named=True), about)
        unknown.setdefault(str(reason), []).append(f"{own['ticker'][0]}{by}")
    return {
        "top": evidence.top(once.filter(is_known), "deletion_outflow_usd"),
        "unknown": list(unknown.items()),
        "reviews": reviews(answer.marts["foregone_demand"], once),
    }


def _by(rows: Iterable[Row], about: Lead) -> str:
    """Return in brackets whose positions rows are."""
    return f" ({', '.join(map(about.provider, rows))})"


def frozen(answer: ScenarioAnswer, about: Lead) -> str | None:
    """Return in a sentence why nothing is sold of the leading security, and what a freeze leads to;
    None where the widest scenario sells some of it."""
    import polars as pl

    if about.most["method"] != NOT_SOLD:
        return None
    if "freeze_effects" not in answer.marts:
        return "Nothing is sold: the reweight lowers neither its factor nor its share count"
    held = answer.marts["freeze_effects"].filter(
        pl.col("scenario_id") == about.widest.scenario_id,
        pl.col("security_id") == about.most["security_id"],
    )
    if not held.height or held["unknown_reason"].is_not_null().any():
        return "No selling. The later effects of the freeze are unknown"
    sums = held.select(
        pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)
        for name in ("deletion_outflow_usd", "catch_up_usd", "foregone_demand_usd")
    )
    deletion, catch_up, foregone = map(formatting.money, sums.row(0))
    return (
        f"No selling: trackers keep their positions. A later deletion would sell {deletion}, an "
        f"unfreeze would buy {catch_up}; demand foregone at reviews since: {foregone}"
    )


def reviews(foregone: pl.DataFrame, frozen: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the reviews since the freeze of the positions known, each once."""
    import polars as pl

    keys = ["provider_id", "security_id"]
    known = frozen.filter(pl.col("unknown_reason").is_null()).select(keys)
    once = foregone.unique([*keys, "reviewed_on"], keep="first", maintain_order=True)
    return once.join(known, on=keys, how="semi").head(evidence.TOP_COUNT).rows(named=True)


def reweight_tranches(answer: ScenarioAnswer) -> list[dict[str, Any]]:
    """Return the steps of a reweight, each once; none where nobody reweights."""
    if "reweight_tranches" not in answer.marts:
        return []
    once = answer.marts["reweight_tranches"].unique(
        ["provider_id", "security_id", "step"], keep="first", maintain_order=True
    )
    return once.head(evidence.TOP_COUNT).rows(named=True)
