"""What the market has to absorb: each outflow beside the liquidity of its security.

Owns the frames ``impacts`` and ``participation_ladder`` and the impact columns of ``outflows``. The
models are ``impact``'s; they stand side by side and are never added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_INPUTS = ("security_id", "float_shares", "daily_volatility_ratio")
_MODEL = "square_root"
IMPACT_COLUMNS = tuple(f"{_MODEL}_impact_{end}_bps" for end in ("low", "central", "high"))


def with_impacts(
    frames: Mapping[str, pl.DataFrame], participation_ratio: float
) -> dict[str, pl.DataFrame]:
    """Return the frames with what selling the outflows may do to prices.

    ``outflows`` gains the square-root law's low, central and high fall in basis points;
    ``impacts`` holds every model (grain scenario_id, security_id, model), ``participation_ladder``
    the days to sell at 10, 20 and 30 % of the volume. Unknown inputs give null and a reason.
    Unchanged where ``outflows`` or ``liquidity`` was not read.

    Args:
        participation_ratio: share of a day's volume that sellers take, above 0, up to 1.

    Raises: QuestionError as ``impact.days_to_sell``.
    """
    if "outflows" not in frames or "liquidity" not in frames:
        return dict(frames)
    import polars as pl

    from flowrisk import impact

    outflows = frames["outflows"]
    measured = outflows.join(
        frames["liquidity"].select(_INPUTS), on="security_id", how="left", maintain_order="left"
    )
    models = impact.impact_models(measured, participation_ratio=participation_ratio)
    names = dict(zip(("low_bps", "central_bps", "high_bps"), IMPACT_COLUMNS, strict=True))
    square_root = models.filter(pl.col("model") == _MODEL)
    return {
        **frames,
        "outflows": outflows.hstack(square_root.select(*names).rename(names)),
        "impacts": models,
        "participation_ladder": impact.participation_ladder(measured),
    }
