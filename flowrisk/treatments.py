"""What a provider's treatment makes trackers trade: freeze, reweight, replacement, active money.

Owns the share arithmetic of each treatment as functions from frame to frame. Never decides which
treatment applies, never prices a flow at another date than the one given, never adds foregone
demand or active money to the passive outflow. φ is ``tracking_ratio``, a share of index shares.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from flowrisk.errors import QuestionError, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNALLOCATED = "unallocated"
BENCHMARK_AWARE_RATIOS = (0.0, 0.15, 0.5)

_ENTRANT_UNKNOWN = "the entrant of a fixed-count index is not known"


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


def foregone_demand(
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


def reweight(tranches: pl.DataFrame) -> pl.DataFrame:
    """Append what trackers trade when a member's factor or share count changes, by tranche.

    ΔIS = NOS·ΔFIF + FIF·ΔNOS, with NOS before and FIF after the step, so that tranches add up to
    the one step exactly; Q = φ·|ΔIS|, at the tranche's own date.

    Args:
        tranches: tracking_ratio, shares_before, shares_after, inclusion_factor_before,
            inclusion_factor_after.
    Returns: the frame with index_change_shares (signed), traded_shares (Q ≥ 0) and
        outflow_shares (Q where the index shares fall, else 0); null where an input is unknown.
    Raises: polars' ColumnNotFoundError.
    Source: MSCI, Global Investable Market Indexes Methodology, changes in FIF and number of shares.
    """
    before, after = pl.col("inclusion_factor_before"), pl.col("inclusion_factor_after")
    counted, counted_after = pl.col("shares_before"), pl.col("shares_after")
    change = counted * (after - before) + after * (counted_after - counted)
    traded = pl.col("tracking_ratio") * pl.col("index_change_shares")
    return tranches.with_columns(index_change_shares=change).with_columns(
        traded_shares=traded.abs(), outflow_shares=(-traded).clip(lower_bound=0)
    )


def capped_weights(
    base_ratios: Mapping[str, float], cap_ratio: float | None = None
) -> dict[str, float]:
    """Return index weights from base weights, none above the cap, what is cut going to the rest.

    The uncapped names share what the capped ones leave, pro rata to base, until none exceeds.

    Args:
        base_ratios: base weights or market values by member, > 0, of any sum.
        cap_ratio: highest weight, 0–1; None = no cap.
    Returns: weights, 0–1, summing to 1.
    Raises: QuestionError for a weight not above 0 or a cap that the members cannot fill.
    """
    limit = 1.0 if cap_ratio is None else cap_ratio
    if not base_ratios or min(base_ratios.values()) <= 0 or limit * len(base_ratios) < 1 - 1e-12:
        raise QuestionError(
            "These members cannot form an index under this cap.",
            facts={"members": len(base_ratios), "cap": cap_ratio},
            remedy="Give base weights above 0, and a cap of at least 1 / members.",
        )
    capped: set[str] = set()
    while True:
        free = sum(base for name, base in base_ratios.items() if name not in capped)
        left = 1 - limit * len(capped)
        weights = {
            name: limit if name in capped else base * left / free
            for name, base in base_ratios.items()
        }
        over = {name for name, weight in weights.items() if weight > limit + 1e-12}
        if not over:
            return weights
        capped |= over


def replacement_changes(
    base_ratios: Mapping[str, float], leaving: Sequence[str], cap_ratio: float | None = None
) -> dict[str, float]:
    """Return the change of each member's weight when names leave, only uncapped names buying.

    Δ_j = w_j(after) − w_j(before), both capped; a leaver loses its whole weight.

    Returns: changes of weight, −1 to 1, summing to 0; times the tracked assets they are dollars.
    Raises: QuestionError for a leaver that is no member, and as ``capped_weights``.
    """
    for name in leaving:
        if name not in base_ratios:
            raise QuestionError(
                f"'{name}' is no member of this index.",
                facts={"members": listed(base_ratios), "nearest": nearest(name, base_ratios)},
                remedy="Check the spelling.",
            )
    before = capped_weights(base_ratios, cap_ratio)
    staying = {name: base for name, base in base_ratios.items() if name not in leaving}
    after = capped_weights(staying, cap_ratio)
    return {name: after.get(name, 0.0) - weight for name, weight in before.items()}


def replacement_buying(
    members: pl.DataFrame,
    *,
    outflow_usd: float,
    is_member_count_fixed: bool = False,
    entrant: tuple[str, float] | None = None,
) -> pl.DataFrame:
    """Return what the sellers' proceeds buy inside an uncapped index.

    Free count: F·w_j/(1 − w_s), w_s the weight of all leavers together. Fixed count: the entrant
    takes the slot and buys its own weight w_e of the tracked assets F/w_s; the members buy (or
    sell) the signed remainder pro rata.

    Args:
        members: security_id, weight_ratio (before, 0–1), is_leaving.
        outflow_usd: F, dollars sold of all leavers by this index's trackers, ≥ 0.
        is_member_count_fixed: Nasdaq-100, S&P 500/400/600.
        entrant: (security_id, weight_ratio after entry) of a fixed-count index; None = unknown.
    Returns: security_id, bought_usd (signed; sums to F where all are known), reason. A fixed
        count without a known entrant gives nulls and F in a row "unallocated".
    Raises: QuestionError where leavers weigh nothing, all or an unknown amount, or an entrant
            is given for a free count.
    """
    leaving = members.filter("is_leaving").select(_whole_sum(pl.col("weight_ratio"))).item()
    leaving_ratio = math.nan if leaving is None else float(leaving)
    _check_replacement(leaving_ratio, entrant, is_member_count_fixed=is_member_count_fixed)
    newcomer, entering_ratio = entrant or (UNALLOCATED, 0.0)
    bought_usd = outflow_usd * entering_ratio / leaving_ratio
    is_unknown = is_member_count_fixed and entrant is None
    rest_usd = None if is_unknown else outflow_usd - bought_usd
    staying = members.filter(~pl.col("is_leaving")).select(
        "security_id",
        bought_usd=pl.col("weight_ratio") * pl.lit(rest_usd, pl.Float64) / (1 - leaving_ratio),
        reason=pl.lit(_ENTRANT_UNKNOWN if is_unknown else None, pl.String),
    )
    if not is_member_count_fixed:
        return staying
    slot = {
        "security_id": [newcomer],
        "bought_usd": [outflow_usd if is_unknown else bought_usd],
        "reason": [_ENTRANT_UNKNOWN if is_unknown else None],
    }
    return pl.concat([staying, pl.DataFrame(slot, schema=staying.schema)])


def active_outflow_usd(benchmark_aware_ratio: float) -> pl.Expr:
    """Sale of active, benchmark-aware money: a line of its own, never inside passive.

    b · AUM_active · w, b triangular on ``BENCHMARK_AWARE_RATIOS`` (least, likeliest, most).

    Args:
        benchmark_aware_ratio: b, the share that follows the benchmark out, 0–1.
    Returns: USD, ≥ 0, from columns active_aum_usd and weight_ratio; null where one is unknown.
    Raises: QuestionError for b outside 0–1.
    """
    if not 0 <= benchmark_aware_ratio <= 1:
        raise QuestionError(
            "The share of active money that follows is out of range.",
            facts={"given": benchmark_aware_ratio},
            remedy="Give a share inside 0–1, for example 0.15.",
        )
    return benchmark_aware_ratio * pl.col("active_aum_usd") * pl.col("weight_ratio")


def _whole_sum(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_not_null().all()).then(value.sum())


def _check_replacement(
    leaving_ratio: float, entrant: tuple[str, float] | None, *, is_member_count_fixed: bool
) -> None:
    if not 0 < leaving_ratio < 1:
        raise QuestionError(
            "Replacement buying needs members that leave and members that stay.",
            facts={"weight that leaves": leaving_ratio},
            remedy="Mark at least one member with a weight as leaving, and not all of them.",
        )
    if entrant is not None and not (is_member_count_fixed and 0 <= entrant[1] < 1):
        raise QuestionError(
            "This index takes no such entrant.",
            facts={"entrant": entrant[0], "weight": entrant[1], "fixed": is_member_count_fixed},
            remedy="Give an entrant with a weight inside 0–1, and only for a fixed member count.",
        )
