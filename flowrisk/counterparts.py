"""The other sides of an exclusion: who buys what the leavers' proceeds pay for, and what active
money does. Own lines, never inside the passive outflow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from flowrisk import treatments
from flowrisk.treatments import UNALLOCATED

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


def replacement_buying(proceeds: pl.DataFrame, provider_outflows: pl.DataFrame) -> pl.DataFrame:
    """Return what the proceeds of the basket's leavers buy, index by index, all leavers together.

    Free count: F*w_j/(1 - w_s). Fixed count: the entrant takes the slot; unknown here, so
    "unallocated". Capped index: only names below the cap buy. What cannot be placed stands in a
    row "unallocated" with its reason, so that the sum is the outflow of the basket.

    Args:
        proceeds: the mart index_proceeds.
        provider_outflows: the mart; its estimated part belongs to no index known.

    Returns: scenario_id, provider_id, index_id (null for the estimated part), security_id, ticker,
        bought_usd (signed), reason.
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
        .filter(pl.col("bought_usd") > 0)
        .select(
            "scenario_id", "provider_id", pl.lit(None, pl.String).alias("index_id"),
            pl.lit(UNALLOCATED).alias("security_id"), "bought_usd",
            pl.lit(_ESTIMATED).alias("reason"),
        )
    )  # fmt: skip
    tickers = proceeds.select("security_id", "ticker").unique()
    return pl.concat([placed, estimated]).join(
        tickers, on="security_id", how="left", maintain_order="left"
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
            treatments.active_outflow_usd(ratio).alias(name)
            for name, ratio in zip(names, treatments.BENCHMARK_AWARE_RATIOS, strict=True)
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
    return treatments.replacement_buying(
        members.select("security_id", "weight_ratio", "is_leaving"),
        outflow_usd=facts["proceeds_usd"],
        is_member_count_fixed=bool(facts["member_count_is_fixed"]),
    )


def _bought_under_cap(members: pl.DataFrame, cap_ratio: float) -> pl.DataFrame:
    leaving = members.filter("is_leaving")["security_id"].to_list()
    weights = dict(members.select("security_id", "weight_ratio").rows())
    changes = treatments.replacement_changes(weights, leaving, cap_ratio)
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
