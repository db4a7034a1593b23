"""The 50 % screen: how far each issuer is from the threshold, and what would carry it across.

Owns the frames of the answer; what a balance sheet says is ``screening``'s, every formula
``thresholds``'.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flowrisk.analytics import thresholds
from flowrisk.answers import digital_asset_ratios, rule_verdicts, scenario
from flowrisk.answers.digital_asset_ratios import IssuerRow, Threshold
from flowrisk.dataset import warehouse
from flowrisk.domain import ALL, ProviderSet, Rule, ScreenAnswer, frame_of
from flowrisk.errors import DataError, QuestionError, join_names, nearest
from flowrisk.question import balance_sheets, loading
from flowrisk.question.question import BY_RULE, NOT_USED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from flowrisk.answers.rule_verdicts import NamedRule
    from flowrisk.dataset.folder import Folder
    from flowrisk.engines.engine import Engine
    from flowrisk.question.balance_sheets import Assessment
    from flowrisk.question.screen import ScreenQuestion


AT_STAKE = ("outflows", "memberships", "candidate_profiles")
_DAYS_A_YEAR = 365
_UNUSED = (
    "A screen compares issuers with --threshold, whoever would delete them; leave it out, or ask "
    "'flowrisk scenario'."
)
_UNRULED = "Name the rule with --rule-id, without --threshold."
# what a move of one dollar adds to digital assets and to total assets
MOVES = {
    "buy-with-debt": (1, 1), "buy-with-equity": (1, 1), "buy-with-cash": (1, 0),
    "raise-equity": (0, 1), "sell-for-cash": (-1, 0), "sell-to-retire-debt": (-1, -1),
}  # fmt: skip
_MOVE_TYPES = {
    "security_id": "String", "ticker": "String", "move": "String", "moved_usd": "Float64",
    "digital_asset_ratio": "Float64", "is_at_or_above": "Boolean", "reason": "String",
}  # fmt: skip


def answer(
    folder: Folder,
    engine: Engine,
    asked: ScreenQuestion,
    *,
    is_strict: bool = False,
) -> ScreenAnswer:
    """Answer how far the issuers asked about are from the threshold.

    Args:
        is_strict: refuse on quality warnings.

    Raises: QuestionError for unknown names, coins or moves, a review not after the as-of date, or
        an exit above the threshold; DataError without balance sheets, or as ``question.load``.
    """
    store = warehouse.Warehouse(folder, engine)
    asked.refuse_given("providers", "rule", remedy=_UNUSED)
    rule = _rule(store, asked)
    asked = _with_threshold(asked, rule)
    loaded = loading.load(store, _without_scenarios(asked))
    moves = _checked_moves(asked.moves or {})
    line = _line(asked, loaded.as_of_on)
    assessed = balance_sheets.assess(store, asked.coin_price_overrides)
    issuers = digital_asset_ratios.named(store, loaded.securities, assessed)
    told = {each.found.issuer_id: each.found for each in issuers if each.found is not None}
    found = [*store.run_checks(scopes=("screen",)), *balance_sheets.findings(told.values())]
    findings = scenario.judged(found, folder, is_strict=is_strict)
    moved = [_move(each, line, name, usd) for each in issuers for name, usd in moves.items()]
    frames = {
        "digital_asset_ratios": digital_asset_ratios.digital_asset_ratios(issuers, line),
        "moves": frame_of(moved, _MOVE_TYPES),
    }
    if rule is not None:
        given = rule_verdicts.with_inputs(rule, asked.rule_inputs or {}, issuers)
        frames |= rule_verdicts.frames(store, rule, issuers, given)
    if loaded.question.list_id is not None:
        frames["rule_disagreements"] = balance_sheets.rule_disagreements(
            store, Rule(">=", line.threshold_ratio), assessed, loaded.question.list_id
        )
    return ScreenAnswer(
        **scenario.header(store, loaded),
        marts={**frames, "treasury_statements": store.frame(balance_sheets.STATEMENTS)},
        findings=findings,
    )


def with_outflows(
    told: ScreenAnswer,
    folder: Folder,
    engine: Engine,
    asked: ScreenQuestion,
    *,
    is_strict: bool = False,
) -> ScreenAnswer:
    """Return an answer with what its page shows beside the ratios: the outflow if every provider
    deleted each security, the indices it is in and analysts' notes.

    Args:
        told: the answer to ``asked`` over the same data.

    Raises: DataError where the data changed since; and as ``scenario.answer``.
    """
    every = replace(
        _without_scenarios(asked), providers=(ProviderSet(ALL, (ALL,)),),
        set_by=asked.origins("the page", "providers"),
    )  # fmt: skip
    base = scenario.answer(folder, engine, every, marts=AT_STAKE, is_strict=is_strict)
    if base.dataset_digest != told.dataset_digest:
        raise DataError(
            "The dataset changed between the screen and its page.",
            facts={"then": told.dataset_digest[:12], "now": base.dataset_digest[:12]},
            remedy="Ask again.",
        )
    known = {finding.code for finding in told.findings}
    more = (finding for finding in base.findings if finding.code not in known)
    return replace(
        told,
        scenarios=base.scenarios,
        marts={**told.marts, **base.marts},
        findings=(*told.findings, *more),
    )


def _without_scenarios(asked: ScreenQuestion) -> ScreenQuestion:
    set_by = asked.origins(NOT_USED, "providers", "rule")
    return replace(asked, providers=(), rule=None, set_by=set_by)


def _rule(store: warehouse.Warehouse, asked: ScreenQuestion) -> NamedRule | None:
    """Return the named rule asked for, None without one or where a threshold goes before it.

    Raises: QuestionError where one origin gives both, or for an unknown rule; DataError without
        rules.
    """
    if asked.rule_id is None:
        asked.refuse_given("rule_input", "rule_test", remedy=_UNRULED)
        return None
    line_by, rule_by = asked.set_by["threshold"], asked.set_by["rule_id"]
    if line_by != "default":
        if _precedence(line_by) < _precedence(rule_by):
            asked.refuse_given("rule_input", "rule_test", remedy=_UNRULED)
            return None
        if _precedence(line_by) == _precedence(rule_by):
            raise QuestionError(
                "A named rule and a threshold both set the line.",
                facts={f"rule by {rule_by}": asked.rule_id,
                       f"threshold by {line_by}": asked.threshold_ratio},
                remedy="Give one of them: the rule has its own thresholds.",
            )  # fmt: skip
    rule = rule_verdicts.named(store, asked.rule_id)
    return rule_verdicts.with_tests(rule, asked.rule_test_texts or {})


def _precedence(origin: str) -> int:
    """Return how near to the call an origin is: flags, presets, variables, files."""
    starts = ("--", "preset ", "FLOWRISK_", "flowrisk.toml of the working")
    return next((i for i, start in enumerate(starts) if origin.startswith(start)), len(starts))


def _with_threshold(asked: ScreenQuestion, rule: NamedRule | None) -> ScreenQuestion:
    """Return the question with the threshold of its rule, where the rule tests that ratio."""
    if rule is None:
        return replace(asked, rule_id=None, set_by=asked.origins(NOT_USED, "rule_id"))
    threshold = rule.digital_asset_threshold_ratio
    if threshold is None:
        return asked
    return replace(asked, threshold_ratio=threshold,
                   set_by=asked.origins(BY_RULE, "threshold"))  # fmt: skip


def _line(asked: ScreenQuestion, as_of_on: dt.date) -> Threshold:
    threshold, leave = asked.threshold_ratio, asked.exit_threshold_ratio
    review_on = asked.review_on
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
    return Threshold(threshold, leave, years, asked.annual_volatility_ratio)


def _checked_moves(moves: Mapping[str, float]) -> dict[str, float]:
    for name, usd in moves.items():
        if name not in MOVES or usd < 0:
            near = nearest(name, MOVES) if name not in MOVES else None
            raise QuestionError(
                f"The move '{name}' cannot be made.",
                facts={"known": join_names(MOVES), "dollars": usd}
                | ({"nearest": near} if near else {}),
                remedy="Write --move buy-with-debt=500m, with dollars of at least 0.",
            )
    return dict(moves)


def _move(each: IssuerRow, line: Threshold, move: str, moved_usd: float) -> dict[str, object]:
    found = each.found
    ratio, reason = _moved(found, move, moved_usd) if found else (None, balance_sheets.NO_STATEMENT)
    return {
        "security_id": each.security.security_id,
        "ticker": each.security.ticker,
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
