"""How hard an outflow is to absorb: days of volume, days to sell, and price impact by model.

Owns expressions over columns ``outflow_shares``, ``adv_shares``, ``outflow_usd``, ``adv_usd``,
``daily_volatility_ratio``, ``float_shares`` and ``shares_outstanding``, and the frame that sets
the models side by side. Of an inflow (below 0) the size counts; ``impact_models`` gives falls of
the price in basis points as numbers above 0, rises below. Never adds models to each other, never
reads an unknown input as zero, never applies a market-wide multiplier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Sequence


_BPS = 10_000
_SQUARE_ROOT_COEFFICIENTS = (0.5, 0.75, 1.0)
CENTRAL_COEFFICIENT = _SQUARE_ROOT_COEFFICIENTS[1]
_ELASTICITIES = (3.0, 1.0, 0.35)
_EVENT_STUDY_BPS = (0.0, 0.0, 1_610.0)
# estimates with one standard error to either side
_ALMGREN_GAMMAS = (0.314 - 0.041, 0.314, 0.314 + 0.041)
_ALMGREN_ETAS = (0.142 - 0.0062, 0.142, 0.142 + 0.0062)
_ALMGREN_LIMIT_DAYS = 0.25
# measured on orders of parts of a day's volume (the sources of ``square_root_bps``): beyond one day
# there is no measurement to lean on
_SQUARE_ROOT_LIMIT_DAYS = 1.0


def adv_multiple_days() -> pl.Expr:
    """Outflow as a multiple of one average day's volume, A = Q/V in shares.

    Returns: column ``adv_multiple_days``, days of total volume, ≥ 0; null where the outflow or the
        volume is unknown or the volume is not above 0.
    """
    return (_size("outflow_shares") / _positive("adv_shares")).alias("adv_multiple_days")


def days_to_sell(participation_ratio: float, *, is_own_volume_inside: bool = False) -> pl.Expr:
    """Trading days needed to sell the outflow at a share of the volume.

    T = Q/(participation · V); where the own sales count inside the total volume that the
    participation refers to, V of others leaves T = Q·(1 − participation)/(participation · V).

    Args:
        participation_ratio: share of the day's volume sold, above 0, up to 1 (below 1 with
            own volume inside: nobody can be the whole of a volume that others add to).
        is_own_volume_inside: participation is of others' volume plus one's own.
    Returns: column ``days_to_sell``, ≥ 0; null as in ``adv_multiple_days``.
    Raises: QuestionError for a participation outside that range.
    """
    _refuse_beyond(participation_ratio, is_whole_possible=not is_own_volume_inside)
    days = adv_multiple_days() / participation_ratio
    shortened = days * (1 - participation_ratio) if is_own_volume_inside else days
    return shortened.alias("days_to_sell")


def _refuse_beyond(participation_ratio: float, *, is_whole_possible: bool) -> None:
    if not 0 < participation_ratio <= 1 or (participation_ratio == 1 and not is_whole_possible):
        raise QuestionError(
            "Participation is out of range.",
            facts={"given": participation_ratio},
            remedy="Give the share of a day's volume that may be sold, for example 0.2.",
        )


def participation_ladder(
    frame: pl.DataFrame,
    *,
    keys: Sequence[str] = ("scenario_id", "security_id"),
    participation_ratios: Sequence[float] = (0.1, 0.2, 0.3),
) -> pl.DataFrame:
    """Return one row per row of the frame and participation: how the days depend on the pace.

    Columns: keys, participation_ratio, days_to_sell, own_inside_days_to_sell; null as above.

    Raises: QuestionError as ``days_to_sell``; polars' ColumnNotFoundError.
    """
    rungs = [
        frame.select(
            *keys,
            pl.lit(ratio).alias("participation_ratio"),
            days_to_sell(ratio),
            days_to_sell(ratio, is_own_volume_inside=True).alias("own_inside_days_to_sell"),
        ).with_row_index("_row")
        for ratio in participation_ratios
    ]
    return pl.concat(rungs).sort("_row", maintain_order=True).drop("_row")


def square_root_bps(coefficient: float, exponent: float = 0.5) -> pl.Expr:
    """Expected fall of the price while the outflow is sold, by the square-root law.

    I = Y · σ · (Q/V)^δ, with Y the coefficient (0.5–1), σ the daily volatility (1/√day) and δ the
    exponent (measured 0.49). Needs no participation: the law does not see the duration.

    Returns: basis points, ≥ 0; null where an input is unknown (an unknown impact is not small).
    Source: Tóth et al. 2011, "Anomalous price impact and the critical nature of liquidity in
        financial markets", PRX 1; Sato and Kanazawa 2024, "Does the square-root price impact law
        hold universally?" (exponent on the Tokyo Stock Exchange).
    """
    volatility = _positive("daily_volatility_ratio")
    return _BPS * coefficient * volatility * adv_multiple_days() ** exponent


def impact_bounds(sessions: pl.DataFrame) -> pl.DataFrame:
    """Return how far the square-root law lets the price fall, whatever is done about the clock.

    One order: Y · σ · √(ΣQ/V), as if all of it met the market at once. Per session without decay:
    Σ Y · σ · √(Qᵢ/V), as if nothing of a session's impact had faded at the next. Y = 0.75.

    Args:
        sessions: scenario_id, security_id, outflow_shares, adv_shares, daily_volatility_ratio,
            is_at_least; a row a session, and a row a provider whose session is not known. Where
            the outflow of one is unknown the bounds are of the others, and at least.
    Returns: scenario_id, security_id, sessions_count, one_order_bps, per_session_bps (≥ the first,
        both null where an input is unknown, the fall passes the price, or some sessions sell and
        others buy, which one law of one direction does not bound), is_at_least, reason (of nulls),
        caution (what the law is extrapolated beyond; null within, and with the bounds).
    """
    keys = ("scenario_id", "security_id")
    bps, is_known = pl.col("per_session_bps"), pl.col("outflow_shares").is_not_null()
    summed = (
        sessions.with_columns(square_root_bps(CENTRAL_COEFFICIENT).alias("per_session_bps"))
        .group_by(keys, maintain_order=True)
        .agg(
            is_known.sum().cast(pl.Int64).alias("sessions_count"),
            pl.when(is_known.any()).then(pl.col("outflow_shares").sum()).alias("outflow_shares"),
            pl.col("adv_shares", "daily_volatility_ratio").first(),
            pl.when(is_known.any() & ~(is_known & bps.is_null()).any())
            .then(bps.sum())
            .alias("per_session_bps"),
            (pl.col("is_at_least").any() | ~is_known.all()).alias("is_at_least"),
            is_two_sided().alias("is_two_sided"),
        )
    )
    known = (pl.col("per_session_bps") <= _BPS) & ~pl.col("is_two_sided")
    return summed.with_columns(
        pl.when(known).then(square_root_bps(CENTRAL_COEFFICIENT)).alias("one_order_bps"),
        pl.when(known).then("per_session_bps").alias("per_session_bps"),
        _no_bounds(known).alias("reason"),
        pl.when(known).then(_extrapolated()).alias("caution"),
    ).select(*keys, "sessions_count", "one_order_bps", "per_session_bps", "is_at_least", "reason",
             "caution")  # fmt: skip


def is_two_sided() -> pl.Expr:
    """Whether some of the sessions sell and others buy."""
    shares = pl.col("outflow_shares")
    return ((shares > 0).any() & (shares < 0).any()).fill_null(value=False)


def _no_bounds(is_known: pl.Expr) -> pl.Expr:
    """Why there are no bounds; null where there are."""
    return pl.coalesce(
        pl.when("is_two_sided").then(pl.lit("some sessions sell and others buy")),
        *(
            pl.when(_unusable(name)).then(pl.lit(f"{name} is unknown or not above 0"))
            for name in ("outflow_shares", "adv_shares", "daily_volatility_ratio")
        ),
        pl.when(~is_known).then(pl.lit("a bound passes 10,000 bps, more than the price")),
    )


def almgren_permanent_bps(gamma: float = _ALMGREN_GAMMAS[1]) -> pl.Expr:
    """Lasting fall of the price after the sale, by Almgren, Thum, Hauptmann and Li.

    I = γ · σ · (X/V) · (Θ/V)^¼, γ = 0.314 ± 0.041, X the outflow, Θ the shares outstanding.

    Returns: basis points, ≥ 0; null where an input is unknown or X/V is above 0.25, the range
        that the law was fitted in.
    Source: Almgren, Thum, Hauptmann and Li 2005, "Direct estimation of equity market impact",
        Risk 18, equations for I and J and the table of estimates.
    """
    turnover = _positive("shares_outstanding") / _positive("adv_shares")
    scale = _BPS * gamma * _positive("daily_volatility_ratio")
    return _fitted(scale * adv_multiple_days() * turnover**0.25)


def almgren_realised_bps(
    duration_days: pl.Expr, *, gamma: float = _ALMGREN_GAMMAS[1], eta: float = _ALMGREN_ETAS[1]
) -> pl.Expr:
    """Average fall of the price that the sellers pay, by Almgren, Thum, Hauptmann and Li.

    J = I/2 + η · σ · |X/(V·T)|^0.6, η = 0.142 ± 0.0062, T the trading days the sale takes.

    Args:
        duration_days: T, above 0; a value not above 0 counts as unknown.
    Returns: basis points, ≥ 0; null as in ``almgren_permanent_bps``.
    Source: as ``almgren_permanent_bps``.
    """
    multiple = adv_multiple_days()
    idle = pl.when(multiple == 0).then(pl.lit(0.0))
    pace = idle.when(duration_days > 0).then(multiple / duration_days)
    temporary = _BPS * eta * _positive("daily_volatility_ratio") * pace**0.6
    return _fitted(almgren_permanent_bps(gamma) / 2 + temporary)


def elasticity_bps(elasticity: float) -> pl.Expr:
    """Lasting fall of the price that makes other holders buy the outflow.

    ΔP/P = −(1/ε) · Q/float, ε the price elasticity of demand for one stock: lognormal with median
    1.0 and 90 % of its mass in 0.35–3.

    Returns: basis points, ≥ 0; null where the float is unknown or smaller than the outflow.
    Source: Chang, Hong and Liskovich 2015, "Regression discontinuity and the price effects of
        stock market indexing", RFS 28; Koijen and Yogo 2019, "A demand system approach to asset
        pricing", JPE 127.
    """
    share = _size("outflow_shares") / _positive("float_shares")
    return _BPS * pl.when(share <= 1).then(share) / elasticity


def impact_models(
    frame: pl.DataFrame,
    *,
    keys: Sequence[str] = ("scenario_id", "security_id"),
    participation_ratio: float = 0.2,
) -> pl.DataFrame:
    """Return all models side by side, one row per row of the frame and model. Never add them.

    Args:
        frame: keys, outflow_shares, adv_shares, daily_volatility_ratio, float_shares,
            shares_outstanding; a null is an unknown input.
        keys: the columns that name a row, kept first.
        participation_ratio: sets the duration of ``almgren_realised``, T = Q/(participation · V).
    Returns: keys, model, low_bps, central_bps, high_bps (at most 10,000, below 0 where an inflow
        raises the price: the ends are those of the size; null = unknown),
        reason (why one of the three is null, or what the figures go beyond; else null).
        square_root: Y = 0.5, 0.75, 1. elasticity: ε = 3, 1, 0.35. almgren_*: all coefficients one
        published standard error off. event_study: what S&P 500 deletions did, the last decade as
        low and central and the 1990s as high, whatever the size.
    Raises: QuestionError as ``days_to_sell``; polars' ColumnNotFoundError.
    Source: of event_study Greenwood and Sammon 2025, "The disappearing index effect", JF 80;
        else the functions of this module.
    """
    models = _models(days_to_sell(participation_ratio))
    counted = [frame.select(*keys, *model.columns()).with_row_index("_row") for model in models]
    rows = pl.concat(counted).sort("_row", maintain_order=True)
    return rows.select(*keys, "model", *_within_the_price(), _reason())


_ENDS = ("low_bps", "central_bps", "high_bps")


def _within_the_price() -> list[pl.Expr]:
    """Return the bounds with the side of the flow; null past the whole price."""
    return [pl.when(pl.col(end) <= _BPS).then(pl.col(end) * pl.col("_side")) for end in _ENDS]


def _reason() -> pl.Expr:
    passing = pl.any_horizontal(pl.col(end) > _BPS for end in _ENDS)
    beyond = pl.when(passing).then(pl.lit("a bound passes 10,000 bps, more than the price"))
    return pl.coalesce("_refusal", beyond, "_caution").alias("reason")


_NOTHING = pl.lit(None, pl.String)


class _Model(NamedTuple):
    name: str
    needs: tuple[str, ...]
    bounds: tuple[pl.Expr, ...]
    refusal: pl.Expr
    caution: pl.Expr = _NOTHING

    def columns(self) -> tuple[pl.Expr, ...]:
        """Return model, the bounds however large, the side of the flow, and what may be said of
        them: each is counted once, which is most of the time that a small frame takes."""
        side = pl.when(pl.col("outflow_shares") < 0).then(-1.0).otherwise(1.0)
        lacking = [
            pl.when(_unusable(need)).then(pl.lit(need)).otherwise(pl.lit(None, pl.String))
            for need in self.needs
        ]
        lacks = pl.concat_str(lacking, separator=", ", ignore_nulls=True)
        missing = pl.when(lacks != "").then(pl.format("unknown: {}", lacks))
        return (
            pl.lit(self.name).alias("model"),
            *(bound.alias(end) for end, bound in zip(_ENDS, self.bounds, strict=True)),
            side.alias("_side"),
            pl.coalesce(missing, self.refusal).alias("_refusal"),
            self.caution.alias("_caution"),
        )


_INPUTS = (
    "outflow_shares", "adv_shares", "daily_volatility_ratio", "float_shares", "shares_outstanding",
)  # fmt: skip


def _models(duration_days: pl.Expr) -> tuple[_Model, ...]:
    flow, volume, volatility, floating, outstanding = _INPUTS
    roots = tuple(map(square_root_bps, _SQUARE_ROOT_COEFFICIENTS))
    permanent = tuple(map(almgren_permanent_bps, _ALMGREN_GAMMAS))
    pairs = zip(_ALMGREN_GAMMAS, _ALMGREN_ETAS, strict=True)
    realised = tuple(almgren_realised_bps(duration_days, gamma=g, eta=e) for g, e in pairs)
    steady, median, soft = (elasticity_bps(e) for e in _ELASTICITIES)
    sold = pl.when(_positive(flow).is_not_null())
    low_event, central_event, high_event = (sold.then(pl.lit(bps)) for bps in _EVENT_STUDY_BPS)
    unfitted = pl.when(adv_multiple_days() > _ALMGREN_LIMIT_DAYS).then(
        pl.format("X/V {} is outside the fitted range, up to 0.25", adv_multiple_days().round(2))
    )
    scarce = pl.when(_size(flow) > pl.col(floating)).then(pl.lit("outflow above the float"))
    fitted = (flow, volume, volatility, outstanding)
    return (
        _Model("square_root", (flow, volume, volatility), roots, _NOTHING, _extrapolated()),
        _Model("almgren_permanent", fitted, permanent, unfitted),
        _Model("almgren_realised", fitted, realised, unfitted),
        _Model("elasticity", (flow, floating), (steady, median, soft), scarce),
        _Model("event_study", (flow,), (low_event, central_event, high_event), _no_deletion()),
    )


def _extrapolated() -> pl.Expr:
    """What the square-root law goes beyond; null inside a day's volume."""
    multiple = adv_multiple_days()
    said = "extrapolated: measured on orders below a day's volume, this is {} of it"
    return pl.when(multiple > _SQUARE_ROOT_LIMIT_DAYS).then(pl.format(said, multiple.round(2)))


def _no_deletion() -> pl.Expr:
    """Why an event study of deletions says nothing of a flow; null where it does."""
    return (
        pl.when(pl.col("outflow_shares") == 0)
        .then(pl.lit("no outflow, so no deletion to compare"))
        .when(pl.col("outflow_shares") < 0)
        .then(pl.lit("measured on deletions: an inflow is none"))
    )


def _size(name: str) -> pl.Expr:
    """The size of a flow, sold or bought."""
    value = pl.col(name).cast(pl.Float64)
    return pl.when(value.is_finite()).then(value.abs())


def _positive(name: str) -> pl.Expr:
    value = pl.col(name).cast(pl.Float64)
    return pl.when(value.is_finite() & (value > 0)).then(value)


def _unusable(name: str) -> pl.Expr:
    usable = _size(name) if name == "outflow_shares" else _positive(name)
    return usable.is_null()


def _fitted(impact_bps: pl.Expr) -> pl.Expr:
    return pl.when(adv_multiple_days() <= _ALMGREN_LIMIT_DAYS).then(impact_bps)
