"""Replacement buying by the same index funds, active pass-through.

Frames in, frames out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from flowrisk.analytics.treatments import _whole_sum
from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


UNALLOCATED = "unallocated"
BENCHMARK_AWARE_RATIOS = (0.0, 0.15, 0.5)

_ENTRANT_UNKNOWN = "the entrant of a fixed-count index is not known"


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
                facts={"members": join_names(base_ratios), "nearest": nearest(name, base_ratios)},
                remedy="Check the spelling.",
            )
    before = capped_weights(base_ratios, cap_ratio)
    staying = {name: base for name, base in base_ratios.items() if name not in leaving}
    after = capped_weights(staying, cap_ratio)
    return {name: after.get(name, 0.0) - weight for name, weight in before.items()}


def index_replacement(
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


_ESTIMATED = "no source says which index the estimated part belongs to"
_WEIGHTLESS = "the weights of the members are not in the data"
_UNCOUNTED = "the data does not say whether the number of members is fixed"
_WEIGHTLESS_LEAVERS = "the leavers weigh nothing, or no member stays"
_UNFILLABLE = "the members that stay cannot fill the index under its cap"
_LEAST_WEIGHT_SUM = 0.95
_BUYING = {
    "scenario_id": pl.String, "provider_id": pl.String, "index_id": pl.String,
    "security_id": pl.String, "bought_usd": pl.Float64, "reason": pl.String,
}  # fmt: skip
_WEIGHTS = ("weights_fund_id", "weights_fund_name", "weights_on")


def replacement_buying(proceeds: pl.DataFrame, provider_outflows: pl.DataFrame) -> pl.DataFrame:
    """Return what the proceeds of the basket's leavers buy, index by index, all leavers together.

    Free count: F*w_j/(1 - w_s). Fixed count: the entrant takes the slot; unknown here, so
    "unallocated". Capped index: only names below the cap buy. What cannot be placed stands in a
    row "unallocated" with its reason, so that the sum is the outflow of the basket.

    Args:
        proceeds: the mart index_proceeds.
        provider_outflows: the mart; its estimated part belongs to no index known.

    Returns: scenario_id, provider_id, index_id (null for the estimated part), security_id, ticker,
        bought_usd (signed), reason; weights_fund_id, weights_fund_name and weights_on name the
        report that the weights of an index are derived from, null where they are stated.
    """
    keys = ["scenario_id", "provider_id", "index_id"]
    rows = [
        {**dict(zip(keys, key, strict=True)), **row}
        for key, members in proceeds.group_by(keys, maintain_order=True)
        for row in _bought(members).rows(named=True)
    ]
    placed = pl.DataFrame(rows, schema=_BUYING, orient="row")
    estimated = (
        provider_outflows.filter(pl.col("is_in_basket"))
        .group_by("scenario_id", "provider_id", maintain_order=True)
        .agg(pl.col("estimated_outflow_usd").sum().alias("bought_usd"))
        .filter(pl.col("bought_usd") != 0)
        .select(
            "scenario_id", "provider_id", pl.lit(None, pl.String).alias("index_id"),
            pl.lit(UNALLOCATED).alias("security_id"), "bought_usd",
            pl.lit(_ESTIMATED).alias("reason"),
        )
    )  # fmt: skip
    tickers = proceeds.select("security_id", "ticker").unique()
    origins = proceeds.select("index_id", *_WEIGHTS).unique("index_id")
    return (
        pl.concat([placed, estimated])
        .join(tickers, on="security_id", how="left", maintain_order="left")
        .join(origins, on="index_id", how="left", maintain_order="left")
    )


def active_pass_through(
    provider_outflows: pl.DataFrame,
    weights: pl.DataFrame,
    active_aum_usd: Mapping[str, float],
) -> pl.DataFrame:
    """Return what benchmark-aware active money would sell with the providers that exclude.

    b*AUM_active*w with b = 0, 0.15 and 0.5 (least, likeliest, most).

    Args:
        weights: the mart provider_weights.
        active_aum_usd: active money measured against each provider's indices, US dollars.

    Returns: scenario_id, provider_id, security_id, ticker, active_aum_usd, weight_ratio,
        low_usd, central_usd, high_usd (null with a reason where an input is unknown).
    """
    given = pl.DataFrame(
        list(active_aum_usd.items()),
        schema={"provider_id": pl.String, "active_aum_usd": pl.Float64}, orient="row",
    )  # fmt: skip
    known = (
        provider_outflows.filter(pl.col("is_in_basket") & (pl.col("treatment") == "exclude"))
        .select("scenario_id", "provider_id", "security_id", "ticker")
        .join(given, on="provider_id", how="left", maintain_order="left")
        .join(weights.select("provider_id", "security_id", "weight_ratio"),
              on=["provider_id", "security_id"], how="left", maintain_order="left")
    )  # fmt: skip
    names = ("low_usd", "central_usd", "high_usd")
    return known.with_columns(
        *(
            active_outflow_usd(ratio).alias(name)
            for name, ratio in zip(names, BENCHMARK_AWARE_RATIOS, strict=True)
        ),
        reason=pl.when(pl.col("active_aum_usd").is_null())
        .then(pl.lit("no active assets were given for this provider"))
        .when(pl.col("weight_ratio").is_null())
        .then(pl.lit("no index weight in the data")),
    )


def _bought(members: pl.DataFrame) -> pl.DataFrame:
    """Return security_id, bought_usd and reason of one index."""
    facts = members.row(0, named=True)
    weights = members["weight_ratio"]
    if weights.null_count() or float(weights.sum()) < _LEAST_WEIGHT_SUM:
        return _unallocated(facts, _WEIGHTLESS)
    left = members.filter(~pl.col("is_leaving"))
    if not 0 < float(left["weight_ratio"].sum()) < float(weights.sum()):
        return _unallocated(facts, _WEIGHTLESS_LEAVERS)
    if facts["member_count_is_fixed"] is None and facts["cap_ratio"] is None:
        return _unallocated(facts, _UNCOUNTED)
    if facts["cap_ratio"] is not None and not facts["member_count_is_fixed"]:
        if facts["cap_ratio"] * left.height < 1:
            return _unallocated(facts, _UNFILLABLE)
        return _bought_under_cap(members, facts["cap_ratio"])
    return index_replacement(
        members.select("security_id", "weight_ratio", "is_leaving"),
        outflow_usd=facts["proceeds_usd"],
        is_member_count_fixed=bool(facts["member_count_is_fixed"]),
    )


def _bought_under_cap(members: pl.DataFrame, cap_ratio: float) -> pl.DataFrame:
    leaving = members.filter("is_leaving")["security_id"].to_list()
    weights = dict(members.select("security_id", "weight_ratio").rows())
    changes = replacement_changes(weights, leaving, cap_ratio)
    sold_ratio = -sum(changes[name] for name in leaving)
    assets_usd = members["proceeds_usd"][0] / sold_ratio
    rows = [(n, change * assets_usd, None) for n, change in changes.items() if n not in leaving]
    return pl.DataFrame(
        rows, schema={name: _BUYING[name] for name in ("security_id", "bought_usd", "reason")},
        orient="row",
    )  # fmt: skip


def _unallocated(facts: Mapping[str, Any], reason: str) -> pl.DataFrame:
    row = {"security_id": UNALLOCATED, "bought_usd": facts["proceeds_usd"], "reason": reason}
    return pl.DataFrame([row], schema={name: _BUYING[name] for name in row})
