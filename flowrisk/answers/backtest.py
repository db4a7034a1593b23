"""Forecasts of past index changes against what was published for them, scored in shares.

Owns the scores. A forecast that was set to its figure is shown and never scored; that figures of
others stand where measured passive flow is not known, and how few cases there are, is said.
"""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING, Any

from flowrisk.answers import scenario
from flowrisk.dataset import warehouse
from flowrisk.domain import Backtest, frame_of
from flowrisk.errors import DataError
from flowrisk.question import loading

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.engines.engine import Engine
    from flowrisk.question.question import Question


_SCORES = {
    "cases_count": "Int64", "scored_count": "Int64", "calibrated_count": "Int64",
    "unpublished_count": "Int64", "measured_count": "Int64", "bias_ratio": "Float64",
    "rmsle_ratio": "Float64", "forecast_of_published_ratio": "Float64",
    "interval_count": "Int64", "inside_count": "Int64", "interval_coverage_ratio": "Float64",
}  # fmt: skip


def answer(folder: Folder, engine: Engine, asked: Question) -> Backtest:
    """Return the cases of the dataset and their scores.

    Raises: DataError where the dataset has none; and as ``question.load``.
    """
    store = warehouse.Warehouse(folder, engine)
    loaded = loading.load(store, asked)
    cases = store.frame("marts.backtests")
    if cases.is_empty():
        raise DataError(
            "The dataset has no back-test cases.",
            facts={"dataset": folder.path},
            remedy="Add backtests.parquet, or ask the bundled sample.",
        )
    return Backtest(
        **scenario.header(store, loaded),
        marts={"cases": cases, "scores": scores(cases)},
        findings=(),
    )


def scores(cases: pl.DataFrame) -> pl.DataFrame:
    """Return one row of scores over the cases that are scored.

    With f the forecast and a the published shares: bias = mean ln(f/a); RMSLE = root of the mean
    of ln(f/a) squared; sum f / sum a; interval coverage = share of the published figures inside
    their interval, over the cases that have one.

    Args:
        cases: the mart backtests.

    Returns: the counts and scores; null where no case is scored (or none has an interval).
    """
    scored = cases.filter("is_scored")
    pairs: list[tuple[float, float]] = scored.select("forecast_shares", "published_shares").rows()
    errors = [math.log(forecast / published) for forecast, published in pairs]
    inside = scored["is_inside"].drop_nulls().to_list()
    row: dict[str, Any] = {
        "cases_count": cases.height,
        "scored_count": len(pairs),
        "calibrated_count": int(cases["is_calibrated"].sum()),
        "unpublished_count": cases["published_shares"].null_count(),
        "measured_count": scored.filter(published_kind="measured flow").height,
        "bias_ratio": fmean(errors) if errors else None,
        "rmsle_ratio": math.sqrt(fmean(e * e for e in errors)) if errors else None,
        "forecast_of_published_ratio": (
            sum(f for f, _ in pairs) / sum(a for _, a in pairs) if pairs else None
        ),
        "interval_count": len(inside),
        "inside_count": sum(inside),
        "interval_coverage_ratio": fmean(inside) if inside else None,
    }
    return frame_of([row], _SCORES)
