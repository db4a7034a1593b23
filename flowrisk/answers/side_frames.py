"""Frames beside the outflow, never inside it: ranges, freezes, reweights, the other sides.

Owns which of them a scenario needs, the standing of its securities against the digital-asset line,
and their assembly from marts; the arithmetic is that of
``ranges``, ``treatments`` and ``tranches``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from flowrisk.analytics import execution, impact, ranges, replacement, signed_lines
from flowrisk.analytics.treatments import foregone_demand, freeze_effects, reweight_tranches
from flowrisk.answers import digital_asset_ratios as ratios
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.question import balance_sheets

if TYPE_CHECKING:
    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.question.loading import Loaded


Frames = Mapping[str, pl.DataFrame]


def beside(
    store: Warehouse,
    frames: Frames,
    loaded: Loaded,
) -> dict[str, pl.DataFrame]:
    """Return what a whole answer shows beside its outflows.

    Args:
        frames: at least outflows, provider_outflows, fund_outflows, coverage, reconciliation.

    Returns: ranges, uncertainty_sources, replacement_buying, active_pass_through.
    """
    providers = frames["provider_outflows"]
    scopes = ranges.scopes_of(loaded.scenarios, frames["coverage"]["provider_id"].to_list())
    found = ranges.ranges(
        providers,
        frames["outflows"],
        ranges.published_highs(frames["reconciliation"], scopes),
        fund_share_ratio=loaded.question.fund_share_ratio,
    )
    sources = ranges.uncertainty_sources(
        found, frames["outflows"], frames["fund_outflows"], store.frame("marts.price_ranges")
    )
    return {
        "ranges": found,
        "uncertainty_sources": sources,
        "replacement_buying": replacement.replacement_buying(
            store.frame("marts.index_proceeds"), providers
        ),
        "active_pass_through": replacement.active_pass_through(
            providers, store.frame("marts.provider_weights"), loaded.question.active_aum_usd or {}
        ),
    }


def traded(frames: Frames, loaded: Loaded) -> dict[str, pl.DataFrame]:
    """Return how the outflow trades, and what trades beside it.

    Args:
        frames: outflows with the fall by the square-root law and liquidity; of a whole answer also
            timeline and active_pass_through.

    Returns: signed_lines of the basket; of a whole answer impact_bounds, impact_path and
        execution_schedule too.
    """
    found = {
        "signed_lines": signed_lines.signed_lines(
            frames["outflows"].filter("is_in_basket"),
            _given_beside(loaded),
            frames.get("active_pass_through"),
        )
    }
    if "timeline" not in frames:
        return found
    sessions = _sessions(frames["timeline"], frames["liquidity"])
    sold = frames["timeline"].filter("is_in_basket", pl.col("outflow_shares") != 0)
    dated = pl.col("trades_on").is_not_null()
    return {
        "impact_bounds": bounds(frames["timeline"], frames["liquidity"]),
        "impact_path": execution.impact_path(sessions.filter(dated)),
        "execution_schedule": execution.schedules(sold.filter(dated), loaded.as_of_on),
        **found,
    }


def bounds(timeline: pl.DataFrame, liquidity: pl.DataFrame) -> pl.DataFrame:
    """Return the frame impact_bounds of what trades on the sessions of a timeline."""
    return impact.impact_bounds(_sessions(timeline, liquidity))


def _sessions(timeline: pl.DataFrame, liquidity: pl.DataFrame) -> pl.DataFrame:
    """Return what trades on each session, a row a session; who has no known one stands alone."""
    sold = timeline.filter((pl.col("outflow_shares") != 0).fill_null(value=True))
    keys = ["scenario_id", "security_id", "trades_on", "alone_id"]
    alone = pl.when(pl.col("trades_on").is_null()).then("provider_id").alias("alone_id")
    return (
        sold.with_columns(alone)
        .unique(keys, keep="first", maintain_order=True)
        .with_columns(outflow_shares="same_day_outflow_shares", is_at_least="same_day_is_at_least")
        .join(liquidity.select("security_id", "daily_volatility_ratio"), on="security_id",
              how="left", maintain_order="left")
    )  # fmt: skip


def _given_beside(loaded: Loaded) -> dict[str, dict[str, tuple[float, ...]]]:
    """Return what is given beside the flow by security_id and line.

    Raises: QuestionError for a security that is not in the basket, or a line given twice.
    """
    names = {name.casefold(): each.security_id for each in loaded.securities if each.is_in_basket
             for name in (each.ticker or "", each.security_id)}  # fmt: skip
    found: dict[str, dict[str, tuple[float, ...]]] = {}
    for key, numbers in (loaded.question.beside_flow or {}).items():
        name, _, line = key.rpartition(".")
        security_id = names.get(name.strip().casefold())
        if security_id is None:
            raise QuestionError(
                f"--beside names '{name}', which is not among the securities asked about.",
                facts={"--beside": key, "nearest": nearest(name, list(names)) or "none"},
                remedy="Give a ticker or ISIN of the list, or ask about it with --securities.",
            )
        if line in found.setdefault(security_id, {}):
            raise QuestionError(
                "What trades beside the flow is given twice for one security.",
                facts={"--beside": key},
                remedy="Give each line of a security once, by its ticker or its ISIN.",
            )
        found[security_id][line] = numbers
    return found


def digital_asset_ratios(store: Warehouse, loaded: Loaded) -> pl.DataFrame:
    """Return where each security's issuer stands against the rule asked about, else 50 %.

    A dataset without balance sheets assesses nobody.
    """
    asked = loaded.question
    has_balance_sheets = store.tables["treasuries"].vintage.row_count
    assessed = (
        balance_sheets.assess(store, asked.coin_price_overrides) if has_balance_sheets else {}
    )
    line = ratios.Threshold(asked.rule.threshold_ratio) if asked.rule else ratios.Threshold()
    return ratios.digital_asset_ratios(ratios.named(store, loaded.securities, assessed), line)


def treated(store: Warehouse, loaded: Loaded) -> dict[str, pl.DataFrame]:
    """Return what index changes, freezes and reweights lead to; nothing where everybody excludes.

    Raises: DataError for a freeze without any share count over time.
    """
    chosen = {treatment for each in loaded.scenarios for treatment in each.treatments.values()}
    found: dict[str, pl.DataFrame] = {}
    if any(not move.is_blocked for each in loaded.scenarios for move in each.moves):
        found["index_trades"] = store.frame("marts.index_trades")
    if "freeze" in chosen:
        positions = store.frame("marts.frozen_positions")
        reviews = store.frame("marts.frozen_reviews")
        _refuse_without_history(positions)
        found["foregone_demand"] = foregone_demand(positions, reviews)
        found["freeze_effects"] = freeze_effects(positions, found["foregone_demand"])
    if "reweight" in chosen:
        found["reweight_tranches"] = reweight_tranches(
            store.frame("marts.provider_outflows"), loaded.question.reweight or ()
        )
    return found


def _refuse_without_history(positions: pl.DataFrame) -> None:
    basket = positions.filter("is_in_basket")
    if not basket["has_share_history"].any():
        raise DataError(
            "A freeze needs share counts over time, and the data has none of these securities.",
            facts={"securities": join_names(basket["ticker"].unique(maintain_order=True))},
            remedy="Add their counts to share_counts.parquet, or choose another treatment.",
        )
