"""Frames beside the outflow, never inside it: ranges, freezes, reweights, the other sides.

Owns which of them a scenario needs, the standing of its securities against the digital-asset line,
and their assembly from marts; the arithmetic is that of
``ranges``, ``treatments`` and ``tranches``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from flowrisk import counterparts, ranges, screening, standings, tranches, treatments
from flowrisk.errors import DataError, listed

if TYPE_CHECKING:
    from flowrisk.domain import Assumption, Rule, Scenario, Security
    from flowrisk.tranches import Tranche
    from flowrisk.warehouse import Warehouse

Frames = Mapping[str, pl.DataFrame]
_KEYS = ["scenario_id", "provider_id", "security_id"]


def beside(
    store: Warehouse,
    frames: Frames,
    assumptions: Mapping[str, Assumption],
    scenarios: Sequence[Scenario],
) -> dict[str, pl.DataFrame]:
    """Return what a whole answer shows beside its outflows.

    Args:
        frames: at least outflows, provider_outflows, fund_outflows, coverage, reconciliation.

    Returns: ranges, uncertainty_sources, replacement_buying, active_pass_through.
    """
    providers = frames["provider_outflows"]
    scopes = ranges.scopes_of(scenarios, frames["coverage"]["provider_id"].to_list())
    found = ranges.ranges(
        providers,
        frames["outflows"],
        ranges.published_highs(frames["reconciliation"], scopes),
        fund_share_ratio=cast("float", assumptions["fund_share"].value),
    )
    sources = ranges.uncertainty_sources(
        found, frames["outflows"], frames["fund_outflows"], store.frame("marts.price_ranges")
    )
    active = cast("Mapping[str, float]", assumptions["active_aum"].value or {})
    return {
        "ranges": found,
        "uncertainty_sources": sources,
        "replacement_buying": counterparts.replacement_buying(
            store.frame("marts.index_proceeds"), providers
        ),
        "active_pass_through": counterparts.active_pass_through(
            providers, store.frame("marts.provider_weights"), active
        ),
    }


def digital_asset_ratios(
    store: Warehouse, assumptions: Mapping[str, Assumption], securities: Sequence[Security]
) -> pl.DataFrame:
    """Return where each security's issuer stands against the rule asked about, else 50 %.

    Raises: QuestionError as ``screening.assess``; a dataset without balance sheets assesses nobody.
    """
    rule = cast("Rule | None", assumptions["rule"].value)
    has_balance_sheets = store.tables["treasuries"].vintage.row_count
    coin_prices = assumptions["coin_price"].value
    assessed = screening.assess(store, coin_prices) if has_balance_sheets else {}
    line = standings.Line(rule.threshold_ratio) if rule else standings.Line()
    return standings.digital_asset_ratios(standings.named(store, securities, assessed), line)


def treated(
    store: Warehouse, assumptions: Mapping[str, Assumption], scenarios: Sequence[Scenario]
) -> dict[str, pl.DataFrame]:
    """Return what freezes and reweights lead to; nothing where everybody excludes.

    Raises: DataError for a freeze without any share count over time.
    """
    chosen = {treatment for each in scenarios for treatment in each.treatments.values()}
    found: dict[str, pl.DataFrame] = {}
    if "freeze" in chosen:
        positions = store.frame("marts.frozen_positions")
        reviews = store.frame("marts.frozen_reviews")
        _refuse_without_history(positions)
        found["foregone_demand"] = foregone_demand(positions, reviews)
        found["freeze_effects"] = freeze_effects(positions, found["foregone_demand"])
    if "reweight" in chosen:
        steps = cast("Sequence[Tranche]", assumptions["reweight"].value)
        found["reweight_tranches"] = reweight_tranches(
            store.frame("marts.provider_outflows"), steps
        )
    return found


def foregone_demand(positions: pl.DataFrame, reviews: pl.DataFrame) -> pl.DataFrame:
    """Return the purchases each review would have brought without the freeze.

    Returns: a row a review of a security: foregone_shares, foregone_demand_usd at the close of the
        review (>= 0; null where share count, ratio or close are unknown; 0 at a review that changed
        no counts), with what they were made of.
    """
    known = positions.select(*_KEYS, "tracking_ratio", "inclusion_factor", "unknown_reason")
    joined = reviews.join(known, on=_KEYS, how="left")
    keys = (*_KEYS, "ticker", "reviewed_on")
    summed = treatments.foregone_demand(joined, keys=keys)
    facts = joined.select(*keys, "is_count_review", "new_shares", "close_usd", "unknown_reason")
    return summed.join(facts, on=list(keys), how="left", maintain_order="left")


def freeze_effects(positions: pl.DataFrame, foregone: pl.DataFrame) -> pl.DataFrame:
    """Return, a row a security of a frozen provider, where the freeze leads.

    Returns: effective_tracking_ratio, deletion_outflow_ (a later deletion sells the frozen count),
        catch_up_ (unfreezing buys) and foregone_ sums over the reviews, in shares and in US dollars
        at the price of the as-of day (foregone at those of the reviews); null with a reason where
        unknown. None of them is part of an outflow.
    """
    is_known = pl.col("unknown_reason").is_null()
    sold, foregone_sums = (
        ("deletion_outflow_shares", "catch_up_shares"),
        ("foregone_shares", "foregone_demand_usd"),
    )
    sums = foregone.group_by(_KEYS).agg(
        pl.len().alias("reviews_count"),
        *(
            pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)
            for name in foregone_sums
        ),
    )
    frozen = treatments.freeze(positions).join(sums, on=_KEYS, how="left", maintain_order="left")
    count = pl.col("reviews_count").fill_null(0)
    # before the first review nothing was foregone
    begun = [pl.when(count > 0).then(name).otherwise(0.0).alias(name) for name in foregone_sums]
    hidden = ("effective_tracking_ratio", *sold, *foregone_sums)
    return (
        frozen.with_columns(*begun, reviews_count=count.cast(pl.Int64))
        .with_columns(pl.when(is_known).then(pl.col(name)).alias(name) for name in hidden)
        .with_columns(
            (pl.col(name) * pl.col("close_usd")).alias(name.replace("_shares", "_usd"))
            for name in sold
        )
    )  # fmt: skip


def reweight_tranches(provider_outflows: pl.DataFrame, steps: Sequence[Tranche]) -> pl.DataFrame:
    """Return what trackers trade at each step of a reweight, at the step's own date.

    Q = position * |ΔIS| / IS, the position being what exclusion would sell; falling steps are the
    outflow, rising ones are bought.

    Returns: a row a step: index_change_ratio (of the index shares at the start), traded_shares,
        outflow_shares, outflow_usd at the price of the as-of day.
    """
    rows: list[dict[str, Any]] = []
    for security_id in dict.fromkeys(each.name for each in steps):
        own = [each for each in steps if each.name == security_id]
        changes = tranches.index_change_ratios(own)
        rows += [
            {"security_id": security_id, "effective_on": each.effective_on, "step": str(each),
             "index_change_ratio": change}
            for each, change in zip(own, changes, strict=True)
        ]  # fmt: skip
    position, change = pl.col("deletion_outflow_shares"), pl.col("index_change_ratio")
    return (
        provider_outflows.filter(treatment="reweight")
        .join(pl.DataFrame(rows), on="security_id", maintain_order="left_right")
        .with_columns(
            traded_shares=position * change.abs(), tranche_shares=position * (-change).clip(0)
        )
        .select(
            *_KEYS, "ticker", "effective_on", "step", "index_change_ratio", "traded_shares",
            outflow_shares="tranche_shares",
            outflow_usd=pl.col("tranche_shares") * pl.col("close_usd"),
        )
    )  # fmt: skip


def _refuse_without_history(positions: pl.DataFrame) -> None:
    basket = positions.filter("is_in_basket")
    if not basket["has_share_history"].any():
        raise DataError(
            "A freeze needs share counts over time, and the data has none of these securities.",
            facts={"securities": listed(basket["ticker"].unique(maintain_order=True))},
            remedy="Add their counts to share_counts.parquet, or choose another treatment.",
        )
