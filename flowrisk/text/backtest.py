"""Past forecasts beside their outcomes, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.export.tables import Text, grid, text
from flowrisk.text import formatting
from flowrisk.text.heading import headline

if TYPE_CHECKING:
    from flowrisk.domain import Answer
    from flowrisk.text.scenario import Row


def table(told: Answer) -> Text:
    """Return the cases, their scores and what the scores cannot say."""
    score = told.marts["scores"].row(0, named=True)
    lines = [headline(told, f"{score['cases_count']} past index changes"), ""]
    lines += grid(
        (
            "case",
            "effective",
            "forecast",
            "published",
            "forecast ÷ actual",
            "interval",
            "inside",
            "day volume",
        ),
        (_case(row) for row in told.marts["cases"].rows(named=True)),
    )
    lines += ["  * calibrated to the published figure: shown, not scored", ""]
    return text([*lines, *_scores(score)])


def finding(told: Answer) -> str:
    """Return how the forecasts scored, in one sentence."""
    score = told.marts["scores"].row(0, named=True)
    ratio = _signed(score["forecast_of_published_ratio"])
    return (
        f"Total forecast ÷ total actual {ratio} over {score['scored_count']} scored cases; "
        f"{score['inside_count']} of {score['interval_count']} actuals inside the interval"
    )


def notes(told: Answer) -> list[str]:
    """Return what the scores cannot say, one line each."""
    score = told.marts["scores"].row(0, named=True)
    measured = score["measured_count"]
    return [
        f"{measured} of the figures are measured passive flows, the others broker estimates",
        "agreement with a published estimate is no proof of either",
        f"n = {score['scored_count']}, several of one event: too few for an error rate",
        "the volume of the day includes non-passive trading",
    ]


def _scores(score: Row) -> list[str]:
    left_out = (
        f"{score['calibrated_count']} calibrated, {score['unpublished_count']} without a figure"
    )
    head = f"scored: {score['scored_count']} of {score['cases_count']} cases ({left_out})"
    numbers = [
        f"bias, mean ln(forecast ÷ actual): {_signed(score['bias_ratio'])}",
        f"RMSLE: {_signed(score['rmsle_ratio'])}",
        f"total forecast ÷ total actual: {_signed(score['forecast_of_published_ratio'])}",
    ]
    return [
        head,
        "   ".join(numbers),
        f"actual inside the interval: {score['inside_count']} of {score['interval_count']}",
    ]


def _signed(value: float | None) -> str:
    return formatting.UNKNOWN if value is None else f"{value:.4f}"


def _case(row: Row) -> tuple[str, ...]:
    low, high = row["interval_low_shares"], row["interval_high_shares"]
    ratio, inside = row["forecast_of_published_ratio"], row["is_inside"]
    return (
        row["case_id"] + ("*" if row["is_calibrated"] else ""),
        str(row["effective_on"] or formatting.UNKNOWN),
        formatting.shares(row["forecast_shares"]),
        formatting.shares(row["published_shares"]),
        formatting.UNKNOWN if ratio is None else f"{ratio:.3f}",
        formatting.UNKNOWN
        if low is None
        else f"{formatting.shares(low)}-{formatting.shares(high)}",
        formatting.UNKNOWN if inside is None else "yes" if inside else "no",
        formatting.shares(row["day_volume_shares"]),
    )
