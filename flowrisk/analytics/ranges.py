"""How far an outflow may lie from its central figure: low, central, high, and what each rests on.

Owns the rule of the upper end and the named sources of uncertainty, as functions from frame to
frame. Never widens the low end below what is observed, and never guesses an upper end where nothing
is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flowrisk.domain import Scenario


SOURCES: Mapping[str, str] = {
    "coverage": "estimated beyond covered funds; unknown where nothing is estimated",
    "staleness": "in stale fund reports",
    "mapping": "in rows with an inferred date or mapping or derived shares",
    "price date": "between the lowest and the highest close of the volume window",
    "prior": "between the central figure and the upper end, by an assumed share of funds in "
    "passive assets",
}
_KEYS = ["scenario_id", "security_id"]
_ESTIMATED = ("tracking-ratio", "tracked-aum", "model")


def scopes_of(scenarios: Iterable[Scenario], provider_ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return (scenario_id, published scope) where both mean the same providers.

    One provider is a scope of its own and all of them are ``all``; other unions have none, and
    neither has a scenario in which somebody does not delete.
    """
    everybody = set(provider_ids)
    deleting = [each for each in scenarios if each.treatment == "exclude"]
    return [
        (each.scenario_id, scope)
        for each in deleting
        for scope, members in [("all", everybody), (each.provider_ids[0], {each.provider_ids[0]})]
        if set(each.provider_ids) == members
    ]


def published_highs(
    reconciliation: pl.DataFrame, scopes: Sequence[tuple[str, str]]
) -> pl.DataFrame:
    """Return the highest figure published by the as-of date for each scenario's scope, each on its
    own reading: one that comes on top of a part counts with the part that the same estimator gave
    on the same day.

    In shares at the price the figure rests on, so that another day's price does not enter.

    Returns: scenario_id, security_id, published_high_shares.
    """
    named = pl.DataFrame(
        list(scopes), schema={"scenario_id": pl.String, "scope": pl.String}, orient="row"
    )
    highest = pl.coalesce("published_high_usd", "published_low_usd") / pl.col("own_close_usd")
    known = reconciliation.filter(
        pl.col("not_compared_reason").is_null() & pl.col("is_after_as_of").eq(other=False)
    ).with_columns(highest.alias("published_high_shares"))
    read = pl.concat([known.select(*_CLAIM), _on_top(known)])
    return read.join(named, on="scope").group_by(_KEYS).agg(pl.col("published_high_shares").max())


_CLAIM = ("security_id", "scope", "published_high_shares")
_ESTIMATE = ["security_id", "estimator", "published_on"]


def _on_top(known: pl.DataFrame) -> pl.DataFrame:
    """Return figures for the others with the part they come on top of, as figures for all."""
    others = known.filter(pl.col("scope") == "others", pl.col("reading") == "additional")
    parts = known.filter(~pl.col("scope").is_in(["others", "all"]))
    largest = parts.group_by(_ESTIMATE).agg(pl.col("published_high_shares").max().alias("part"))
    return others.join(largest, on=_ESTIMATE).select(
        "security_id",
        pl.lit("all").alias("scope"),
        (pl.col("published_high_shares") + pl.col("part")).alias("published_high_shares"),
    )


def ranges(
    provider_outflows: pl.DataFrame,
    outflows: pl.DataFrame,
    published: pl.DataFrame,
    *,
    fund_share_ratio: float,
) -> pl.DataFrame:
    """Return low, central and high of every outflow.

    low = observed in covered funds, at the low ends of what was derived. central = the outflow.
    high = per provider the estimate or
    the high end of the own one, whichever is more; where the own one is incomplete or there is
    none, at least what covered funds hold divided by the share of passive assets held in funds;
    summed; at least the highest figure that others published for the same providers by the as-of
    date; never above the float, else the shares outstanding. Where nothing is observed and nothing
    estimated, high is unknown; so it is where the outflow is calibrated and nothing lies above it,
    because a number set to somebody's figure may be too low as well. Where something is bought
    there is a central figure only: no holdings bound a purchase from below.

    Args:
        provider_outflows, outflows: the marts.
        published: as ``published_highs``.
        fund_share_ratio: share of passive assets held in funds, 0-1 (0 excluded).

    Returns: a row a scenario and security: low_, central_, high_ in shares and US dollars,
        unknown_high_count (providers without any figure: the high leaves them out), high_basis.
        all are null where nothing is known.
    Source: Chinco & Sammon, "The passive-ownership share is double what you think it is",
        Journal of Financial Economics 2024: 16 % against 33.5 % of the US market.
    """
    is_whole = pl.col("model_bound") == "estimate"
    uplifted = pl.when(~is_whole).then(pl.col("observed_outflow_shares") / fund_share_ratio)
    is_estimated = pl.col("method").is_in(_ESTIMATED)
    high = (
        pl.when(is_estimated)
        .then(pl.max_horizontal("outflow_shares", "model_high_shares", uplifted))
        .when(pl.col("observed_outflow_shares") > 0)
        .then(pl.max_horizontal("model_high_shares", uplifted))
        .when(pl.col("treatment") != "exclude")
        .then(pl.col("outflow_shares"))
    )
    bought = (pl.col("gross_bought_shares") > 0).fill_null(value=False)
    summed = provider_outflows.group_by(_KEYS, maintain_order=True).agg(
        pl.when(high.is_not_null().any()).then(high.sum()).alias("summed_high_shares"),
        high.is_null().sum().cast(pl.Int64).alias("unknown_high_count"),
        bought.any().alias("has_purchases"),
    )
    joined = outflows.join(summed, on=_KEYS, how="left").join(published, on=_KEYS, how="left")
    return _bounded(joined)


def uncertainty_sources(
    range_rows: pl.DataFrame,
    outflows: pl.DataFrame,
    fund_outflows: pl.DataFrame,
    price_ranges: pl.DataFrame,
) -> pl.DataFrame:
    """Return, for each outflow, the dollars that rest on each named source of uncertainty.

    Returns: scenario_id, security_id, ticker, source (a key of ``SOURCES``), amount_usd (>= 0;
        null = unknown), low_usd and high_usd (between which dollars of the range it lies; null
        where the amount is), says. The amounts overlap and are not to be added up.
    """
    held = fund_outflows.group_by(_KEYS).agg(
        pl.col("observed_outflow_usd").filter(pl.col("is_stale")).sum().alias("staleness"),
        pl.col("observed_outflow_usd").filter(pl.col("basis") != "reported").sum().alias("mapping"),
    )
    # of purchases no source is known
    sold = outflows.filter(~(pl.col("gross_bought_shares") > 0).fill_null(value=False))
    joined = (
        sold.join(held, on=_KEYS, how="left")
        .with_columns(pl.col("staleness", "mapping").fill_null(0.0))
        .join(range_rows.select(*_KEYS, "high_usd"), on=_KEYS, how="left")
        .join(price_ranges.drop("ticker"), on="security_id", how="left")
    )
    long = pl.concat(
        joined.select(
            *_KEYS, "ticker", pl.lit(source).alias("source"), amount.alias("amount_usd"),
            pl.when(amount.is_not_null()).then(low).alias("low_usd"),
            (low + amount).alias("high_usd"),
            pl.lit(SOURCES[source]).alias("says"),
        )
        for source, (low, amount) in _at_stake().items()
    )  # fmt: skip
    return _in_order_of(outflows, long)


def _at_stake() -> dict[str, tuple[pl.Expr, pl.Expr]]:
    """Return where each source's dollars begin on the scale of the outflow, and how many."""
    observed, outflow = pl.col("observed_outflow_usd"), pl.col("outflow_usd")
    spread = pl.col("highest_close_usd") - pl.col("lowest_close_usd")
    is_known = (pl.col("estimated_outflow_shares") > 0) | ~pl.col("bound").is_in(
        ["at_least", "partial", "unknown"]
    )
    return {
        "coverage": (observed, pl.when(is_known).then("estimated_outflow_usd")),
        "staleness": (observed - pl.col("staleness"), pl.col("staleness")),
        "mapping": (observed - pl.col("mapping"), pl.col("mapping")),
        "price date": (
            pl.col("outflow_shares") * pl.col("lowest_close_usd"),
            pl.col("outflow_shares") * spread,
        ),
        "prior": (outflow, pl.col("high_usd") - outflow),
    }


def _in_order_of(outflows: pl.DataFrame, long: pl.DataFrame) -> pl.DataFrame:
    order = outflows.select(*_KEYS).with_row_index("place")
    placed = long.join(order, on=_KEYS, how="left").sort("place", maintain_order=True)
    return placed.drop("place")


def _bounded(joined: pl.DataFrame) -> pl.DataFrame:
    """Apply the highest published figure and the float, and say which one is the upper end."""
    published = pl.col("published_high_shares")
    raised = pl.max_horizontal("summed_high_shares", published)
    limit = pl.coalesce("float_shares", "shares_outstanding")
    high = pl.min_horizontal(raised, pl.when(raised.is_not_null()).then(limit))
    is_known = pl.col("bound") != "unknown"
    is_bounded = is_known & ~pl.col("has_purchases")
    return joined.with_columns(
        high_shares=pl.when(~_is_idle(high, limit) & ~pl.col("has_purchases")).then(high),
        high_basis=pl.when("has_purchases").then(pl.lit(_BOUGHT)).when(_is_idle(high, limit)).then(
            pl.lit(_IDLE)
        ).otherwise(_high_basis(raised, limit)),
    ).select(
        *_KEYS,
        "ticker",
        "is_in_basket",
        "method",
        low_shares=pl.when(is_bounded).then("observed_low_shares"),
        central_shares=pl.when(is_known).then("outflow_shares"),
        high_shares="high_shares",
        low_usd=pl.when(is_bounded).then("observed_low_usd"),
        central_usd=pl.when(is_known).then("outflow_usd"),
        high_usd=pl.col("high_shares") * pl.col("close_usd"),
        unknown_high_count="unknown_high_count",
        high_basis="high_basis",
    )  # fmt: skip


_BOUGHT = "unknown: what is bought rests on assets that track an index, without a known error"
_IDLE = "unknown: the outflow is calibrated, and nothing own or published lies above it"


def _is_idle(high: pl.Expr, limit: pl.Expr) -> pl.Expr:
    """Return whether the upper end of a calibrated outflow is that outflow, short of the float."""
    is_raised = (high > pl.col("outflow_shares")) | (high >= limit).fill_null(value=False)
    return ((pl.col("bound") == "calibrated") & ~is_raised).fill_null(value=False)


def _high_basis(raised: pl.Expr, limit: pl.Expr) -> pl.Expr:
    """Return what the upper end rests on, in words."""
    published = pl.col("published_high_shares")
    return (
        pl.when(raised.is_null())
        .then(pl.lit("unknown: nothing observed and nothing estimated"))
        .when(raised > limit)
        .then(pl.lit("the float: passive funds cannot sell more"))
        .when(pl.col("method") == "not-sold")
        .then(pl.lit("no selling"))
        .when(published >= pl.col("summed_high_shares").fill_null(0))
        .then(pl.lit("the highest published estimate for these providers"))
        .when(pl.col("summed_high_shares") > pl.col("outflow_shares"))
        .then(
            pl.lit(
                "by provider: the estimate, the high end of the own one, or covered funds "
                "grossed up for non-fund passive assets"
            )
        )
        .otherwise(pl.lit("the estimate, which includes non-fund passive assets"))
    )
