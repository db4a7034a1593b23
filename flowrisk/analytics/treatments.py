"""What a freeze and a partial reweight change: positions, foregone demand, tranches.

Frames in, frames out; reads no file and no setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk.analytics.tranches import index_change_ratios

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.analytics.tranches import Tranche


_KEYS = ["scenario_id", "provider_id", "security_id"]
_FOREGONE = ("foregone_shares", "foregone_demand_usd")


def foregone_demand(positions: pl.DataFrame, reviews: pl.DataFrame) -> pl.DataFrame:
    """Return the purchases each review would have brought without the freeze.

    Returns: a row a review of a security (reviewed_on null where its day is not known):
        foregone_shares, foregone_demand_usd at the close of the review (>= 0; null where share
        count, ratio or close are unknown; 0 at a review that changed no counts), with what they
        were made of.
    """
    known = positions.select(*_KEYS, "tracking_ratio", "inclusion_factor", "unknown_reason")
    joined = reviews.join(known, on=_KEYS, how="left")
    keys = (*_KEYS, "ticker", "reviewed_on")
    summed = foregone_sums(joined, keys=keys)
    facts = joined.select(*keys, "is_count_review", "new_shares", "close_usd", "unknown_reason")
    # a review whose day is not known has no day to join on
    return summed.join(facts, on=list(keys), how="left", maintain_order="left", nulls_equal=True)


def freeze_effects(positions: pl.DataFrame, foregone: pl.DataFrame) -> pl.DataFrame:
    """Return, a row a security of a frozen provider, where the freeze leads.

    Returns: effective_tracking_ratio, deletion_outflow_ (a later deletion sells the frozen count),
        catch_up_ (unfreezing buys) and foregone_ sums over the reviews, in shares and in US dollars
        at the price of the as-of day (foregone at those of the reviews); null with a reason where
        unknown (foregone_ with its own). None of them is part of an outflow.
    """
    is_known = pl.col("unknown_reason").is_null()
    sold = ("deletion_outflow_shares", "catch_up_shares")
    sums = _foregone_sums(foregone)
    frozen = freeze(positions).join(sums, on=_KEYS, how="left", maintain_order="left")
    count = pl.col("reviews_count").fill_null(0)
    # before the first review nothing was foregone
    begun = [pl.when(count > 0).then(name).otherwise(0.0).alias(name) for name in _FOREGONE]
    hidden = ("effective_tracking_ratio", *sold, *_FOREGONE)
    return (
        frozen.with_columns(*begun, reviews_count=count.cast(pl.Int64))
        .with_columns(
            pl.when(is_known).then(pl.col(name)).alias(name)
            for name in (*hidden, "foregone_unknown_reason")
        )
        .with_columns(
            (pl.col(name) * pl.col("close_usd")).alias(name.replace("_shares", "_usd"))
            for name in sold
        )
    )  # fmt: skip


def _foregone_sums(foregone: pl.DataFrame) -> pl.DataFrame:
    return foregone.group_by(_KEYS).agg(
        pl.len().alias("reviews_count"),
        *(
            pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)
            for name in _FOREGONE
        ),
        pl.when(pl.col("reviewed_on").is_null().any())
        .then(pl.lit("a review since the freeze has no day in the data"))
        .when(pl.col("foregone_shares").is_null().any())
        .then(pl.lit("no share count at a review since the freeze"))
        .when(pl.col("foregone_demand_usd").is_null().any())
        .then(pl.lit("no close at a review since the freeze"))
        .alias("foregone_unknown_reason"),
    )


def reweight_tranches(provider_outflows: pl.DataFrame, steps: Sequence[Tranche]) -> pl.DataFrame:
    """Return what trackers trade at each step of a reweight, at the step's own date.

    Q = -position * ΔIS / IS, the position being what exclusion would sell; falling steps are sold,
    rising ones bought, and the outflow is their sum.

    Returns: a row a step: index_change_ratio (of the index shares at the start), traded_shares
        (>= 0), outflow_shares (below 0 where bought), outflow_usd at the price of the as-of day.
    """
    rows: list[dict[str, Any]] = []
    for security_id in dict.fromkeys(each.name for each in steps):
        own = [each for each in steps if each.name == security_id]
        changes = index_change_ratios(own)
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
            traded_shares=position * change.abs(), tranche_shares=-position * change
        )
        .select(
            *_KEYS, "ticker", "effective_on", "step", "index_change_ratio", "traded_shares",
            outflow_shares="tranche_shares",
            outflow_usd=pl.col("tranche_shares") * pl.col("close_usd"),
        )
    )  # fmt: skip


def freeze(securities: pl.DataFrame) -> pl.DataFrame:
    """Append what a frozen share count leads to, a row a security of the frozen provider.

    Frozen trackers hold φ·FIF·NOS_index; nothing is sold. φ_eff = φ·NOS_index/NOS_actual; a later
    deletion sells φ·FIF·NOS_index; unfreezing buys φ·FIF·(NOS_actual − NOS_index).

    Args:
        securities: tracking_ratio (φ of the frozen provider alone), inclusion_factor (FIF),
            counted_shares (NOS_index, any decrease applied), actual_shares (NOS_actual, > 0).
    Returns: the frame with effective_tracking_ratio (0–1), deletion_outflow_shares (≥ 0) and
        catch_up_shares (bought, ≥ 0; a fallen count is no catch-up, decreases apply at once);
        null where an input is unknown.
    Raises: polars' ColumnNotFoundError.
    Source: MSCI, announcement of 6 January 2026 on digital asset treasury companies; that
        decreases apply is an inference from its wording.
    """
    per_share = pl.col("tracking_ratio") * pl.col("inclusion_factor")
    missed = (pl.col("actual_shares") - pl.col("counted_shares")).clip(lower_bound=0)
    diluted = pl.col("tracking_ratio") * pl.col("counted_shares") / pl.col("actual_shares")
    return securities.with_columns(
        effective_tracking_ratio=diluted,
        deletion_outflow_shares=per_share * pl.col("counted_shares"),
        catch_up_shares=per_share * missed,
    )


def foregone_sums(
    reviews: pl.DataFrame, *, keys: Sequence[str] = ("scenario_id", "security_id")
) -> pl.DataFrame:
    """Return the purchases that a freeze kept from happening. Never part of an outflow.

    Foregone = Σ over reviews φ·max(ΔNOS, 0)·FIF·P(review date); a review that changed no counts
    for anyone (February 2026) counts 0.

    Args:
        reviews: keys and, a row a review, tracking_ratio (of the frozen provider alone),
            new_shares (ΔNOS), inclusion_factor, close_usd (of the review date),
            is_count_review (false = changed no counts for anyone).
        keys: the columns that name a sum.
    Returns: keys, foregone_shares, foregone_demand_usd (≥ 0); null where one review is unknown.
    Raises: polars' ColumnNotFoundError.
    Source: as ``freeze``.
    """
    raised = pl.col("new_shares").clip(lower_bound=0)
    shares = pl.col("tracking_ratio") * raised * pl.col("inclusion_factor")
    idle = pl.when(~pl.col("is_count_review")).then(pl.lit(0.0))
    priced = idle.otherwise(shares * pl.col("close_usd"))
    return reviews.group_by(*keys, maintain_order=True).agg(
        _whole_sum(idle.otherwise(shares)).alias("foregone_shares"),
        _whole_sum(priced).alias("foregone_demand_usd"),
    )


def _whole_sum(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_not_null().all()).then(value.sum())
