"""The 50 % screen: how far each issuer is from the threshold, and what would carry it across.

Owns the frames of the answer; what a balance sheet says is ``screening``'s, every formula
``thresholds``'.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import polars as pl

from flowrisk import question, scenario, screening, thresholds, warehouse
from flowrisk.answers import Answer
from flowrisk.domain import Assumption, Security
from flowrisk.errors import QuestionError, listed, nearest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from flowrisk.dataset import Folder
    from flowrisk.engines import Engine
    from flowrisk.screening import Assessment

_DAYS_A_YEAR = 365
# what a move of one dollar adds to digital assets and to total assets
MOVES = {
    "buy-with-debt": (1, 1), "buy-with-equity": (1, 1), "buy-with-cash": (1, 0),
    "raise-equity": (0, 1), "sell-for-cash": (-1, 0), "sell-to-retire-debt": (-1, -1),
}  # fmt: skip
_RATIO_TYPES = {
    "security_id": pl.String, "ticker": pl.String, "security_name": pl.String,
    "is_in_basket": pl.Boolean, "issuer_id": pl.String, "statement_on": pl.Date,
    "published_on": pl.Date, "is_published_after_as_of": pl.Boolean,
    "newest_statement_on": pl.Date, "coins": pl.String,
    "digital_assets_usd": pl.Float64, "total_assets_usd": pl.Float64,
    "digital_asset_ratio": pl.Float64, "all_coins_digital_asset_ratio": pl.Float64,
    "is_off_units": pl.Boolean, "review_priced_on": pl.Date, "review_coin_price_usd": pl.Float64,
    "review_digital_asset_ratio": pl.Float64, "is_at_or_above": pl.Boolean,
    "is_at_or_above_with_buffer": pl.Boolean, "distance_ratio": pl.Float64,
    "price_sensitivity_ratio": pl.Float64, "break_even_coin_price_usd": pl.Float64,
    "break_even_move_ratio": pl.Float64, "at_or_above_probability_ratio": pl.Float64,
    "crossing_probability_ratio": pl.Float64, "touching_probability_ratio": pl.Float64,
    "not_assessed_reason": pl.String,
}  # fmt: skip
_MOVE_TYPES = {
    "security_id": pl.String, "ticker": pl.String, "move": pl.String, "moved_usd": pl.Float64,
    "digital_asset_ratio": pl.Float64, "is_at_or_above": pl.Boolean, "reason": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScreenAnswer(Answer):
    """Everything ``flowrisk screen`` says: ``digital_asset_ratios``, ``moves`` and the
    ``treasury_statements`` they rest on."""


@dataclass(frozen=True, slots=True)
class Line:
    """The line asked about: enter at or above ``threshold_ratio``, leave below ``exit_ratio``;
    ``years`` until the review (None without one) and a year's volatility of the coins."""

    threshold_ratio: float
    exit_ratio: float | None
    years: float | None
    volatility_ratio: float


def answer(
    folder: Folder,
    engine: Engine,
    chosen: Mapping[str, Assumption],
    *,
    is_strict: bool = False,
) -> ScreenAnswer:
    """Answer how far the issuers asked about are from the threshold.

    Args:
        chosen: every setting of ``settings.SETTINGS`` and ``settings.SCREEN``, parsed.
        is_strict: refuse on quality warnings.

    Raises: QuestionError for unknown names, coins or moves, a review not after the as-of date, or
        an exit above the threshold; DataError without balance sheets, or as ``question.load``.
    """
    store = warehouse.Warehouse(folder, engine)
    asked = {
        **chosen,
        "providers": Assumption((), chosen["providers"].unit, "not used"),
        "rule": Assumption(None, chosen["rule"].unit, "not used"),
    }
    assumptions, scenarios, securities = question.load(store, asked)
    moves = _checked_moves(cast("Mapping[str, float]", chosen["move"].value or {}))
    line = _line(assumptions)
    assessed = screening.assess(store, chosen["coin_price"].value)
    named = _named(store, securities, assessed)
    told = {each[3].issuer_id: each[3] for each in named if each[3] is not None}
    findings = scenario.check(
        store, ("screen",), also=screening.findings(told.values()), is_strict=is_strict
    )
    return ScreenAnswer(
        **scenario.header(store, assumptions),
        scenarios=scenarios,
        securities=securities,
        marts={
            "digital_asset_ratios": _frame([_ratios(*each, line) for each in named], _RATIO_TYPES),
            "moves": _frame(
                [_move(*each, line, name, usd) for each in named for name, usd in moves.items()],
                _MOVE_TYPES,
            ),
            "treasury_statements": store.frame(screening.STATEMENTS),
        },
        findings=findings,
    )


def _line(assumptions: Mapping[str, Assumption]) -> Line:
    threshold = cast("float", assumptions["threshold"].value)
    leave = cast("float | None", assumptions["exit_threshold"].value)
    as_of_on = cast("dt.date", assumptions["as_of"].value)
    review_on = cast("dt.date | None", assumptions["review_on"].value)
    if leave is not None and leave > threshold:
        raise QuestionError(
            "The exit threshold lies above the threshold.",
            facts={"--exit-threshold": leave, "--threshold": threshold},
            remedy="Leave at or below the line of entry.",
        )
    if review_on is not None and review_on <= as_of_on:
        raise QuestionError(
            "The review does not lie after the as-of date.",
            facts={"--review-on": review_on, "as of": as_of_on},
            remedy="Give a later --review-on, or an earlier --as-of.",
        )
    years = (review_on - as_of_on).days / _DAYS_A_YEAR if review_on else None
    return Line(threshold, leave, years, cast("float", assumptions["volatility"].value))


def _checked_moves(moves: Mapping[str, float]) -> dict[str, float]:
    for name, usd in moves.items():
        if name not in MOVES or usd < 0:
            near = nearest(name, MOVES) if name not in MOVES else None
            raise QuestionError(
                f"The move '{name}' cannot be made.",
                facts={"known": listed(MOVES), "dollars": usd}
                | ({"nearest": near} if near else {}),
                remedy="Write --move buy-with-debt=500m, with dollars of at least 0.",
            )
    return dict(moves)


Named = tuple[Security, str, str, "Assessment | None"]


def _named(
    store: warehouse.Warehouse,
    securities: Sequence[Security],
    assessed: Mapping[str, Assessment],
) -> list[Named]:
    """Return each security with its name, issuer and what is known of the issuer."""
    rows = store.engine.rows("select security_id, security_name, issuer_id from staging.securities")
    known = {security_id: (name, issuer_id) for security_id, name, issuer_id in rows}
    return [
        (each, *known[each.security_id], assessed.get(known[each.security_id][1]))
        for each in securities
    ]


def _ratios(
    security: Security, name: str, issuer_id: str, found: Assessment | None, line: Line
) -> dict[str, object]:
    row: dict[str, object] = {
        "security_id": security.security_id, "ticker": security.ticker, "security_name": name,
        "is_in_basket": security.is_in_basket, "issuer_id": issuer_id,
    }  # fmt: skip
    if found is None:
        return row | {"not_assessed_reason": screening.NO_STATEMENT}
    return row | {
        "statement_on": found.as_of_on,
        "published_on": found.published_on,
        "is_published_after_as_of": found.is_published_after_as_of,
        "newest_statement_on": found.newest_statement_on,
        "coins": "+".join(found.coins),
        "digital_assets_usd": found.digital_assets_usd,
        "total_assets_usd": found.total_assets_usd,
        "digital_asset_ratio": found.statement_ratio,
        "all_coins_digital_asset_ratio": found.all_coins_ratio,
        "is_off_units": found.is_off_units,
        "review_priced_on": found.review_priced_on,
        "review_coin_price_usd": found.review_coin_price_usd,
        "review_digital_asset_ratio": found.review_ratio,
        "not_assessed_reason": found.reason,
        **_against(found, line),
    }


def _against(found: Assessment, line: Line) -> dict[str, object]:
    """Return where an issuer stands against the line."""
    ratio = found.ratio
    growth = found.break_even_growth(line.threshold_ratio)
    price = found.review_coin_price_usd
    return {
        "is_at_or_above": thresholds.is_at_or_above(ratio, line.threshold_ratio),
        "is_at_or_above_with_buffer": _buffered(found, line),
        "distance_ratio": None if ratio is None else ratio - line.threshold_ratio,
        "price_sensitivity_ratio": thresholds.price_sensitivity(ratio),
        "break_even_coin_price_usd": None if growth is None or price is None else growth * price,
        "break_even_move_ratio": None if growth is None else growth - 1,
        **_probabilities(
            None if found.review_ratio is None else growth,
            line,
            is_above=thresholds.is_at_or_above(ratio, line.threshold_ratio) is True,
        ),
    }


def _buffered(found: Assessment, line: Line) -> bool | None:
    """Return the state after the statement and the review price, entered at the threshold and
    left below the exit; null without an exit or a ratio."""
    if line.exit_ratio is None or found.ratio is None:
        return None
    return thresholds.buffered_membership(
        [found.statement_ratio, found.review_ratio],
        enter_ratio=line.threshold_ratio,
        leave_ratio=line.exit_ratio,
        reviews_count=1,
    )[-1]


def _probabilities(growth: float | None, line: Line, *, is_above: bool) -> dict[str, float]:
    """Return the probabilities of the review date, coin prices moving as one; none without a
    review, a known ratio or any other asset (the ratio then does not depend on the price)."""
    if not growth or line.years is None or not math.isfinite(growth):
        return {}
    move = {"volatility_ratio": line.volatility_ratio, "years": line.years}
    above = thresholds.breach_probability(1.0, growth, **move)
    return {
        "at_or_above_probability_ratio": above,
        "crossing_probability_ratio": 1 - above if is_above else above,
        "touching_probability_ratio": thresholds.touching_probability(1.0, growth, **move),
    }


def _move(
    security: Security,
    _name: str,
    _issuer_id: str,
    found: Assessment | None,
    line: Line,
    move: str,
    moved_usd: float,
) -> dict[str, object]:
    ratio, reason = _moved(found, move, moved_usd) if found else (None, screening.NO_STATEMENT)
    return {
        "security_id": security.security_id,
        "ticker": security.ticker,
        "move": move,
        "moved_usd": moved_usd,
        "digital_asset_ratio": ratio,
        "is_at_or_above": thresholds.is_at_or_above(ratio, line.threshold_ratio),
        "reason": reason if ratio is None else None,
    }


def _moved(found: Assessment, move: str, moved_usd: float) -> tuple[float | None, str | None]:
    """Return the ratio after a move at the review price, or why there is none."""
    digital, other = found.review_digital_assets_usd, found.other_assets_usd
    if digital is None:
        digital = found.digital_assets_usd
    if digital is None or other is None:
        return None, found.reason
    if move == "buy-with-cash" and found.cash_usd is not None and moved_usd > found.cash_usd:
        return None, "more than its cash"
    of_digital, of_total = MOVES[move]
    after = digital + of_digital * moved_usd
    ratio = thresholds.digital_asset_ratio(after, digital + other + of_total * moved_usd)
    return ratio, "more than its digital assets" if after < 0 else "more than its other assets"


def _frame(rows: Sequence[Mapping[str, Any]], types: Mapping[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(
        [{name: row.get(name) for name in types} for row in rows], schema=dict(types), orient="row"
    )
