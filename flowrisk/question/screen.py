"""What ``screen`` asks beside a question: the threshold, the review, what a company might do.

Rows of the table of options, as in ``question``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.question import options
from flowrisk.question.options import METHOD, QUESTION, option, pairs
from flowrisk.question.question import Question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenQuestion(Question):
    """A question with the threshold, the review and the moves of a company."""

    threshold_ratio: float = option(
        "threshold", "RATIO",
        "Digital assets over total assets from which on a company is in: 0.5 or 50%.",
        QUESTION, unit="digital assets over total assets",
        example="40%", default=0.5, parse=options.ratio(),
        is_common=True,
    )  # fmt: skip
    exit_threshold_ratio: float | None = option(
        "exit_threshold", "RATIO",
        "Ratio below which a company that was in leaves again (hysteresis).",
        QUESTION, unit="digital assets over total assets", example="45%", parse=options.ratio(),
    )  # fmt: skip
    annual_volatility_ratio: float = option(
        "volatility", "RATIO", "Annual volatility of the coins, without drift: 0.55 or 55%.",
        METHOD, unit="a year's volatility of the coin",
        example="60%", default=0.55, parse=options.ratio(0, 100),
    )  # fmt: skip
    review_on: dt.date | None = option(
        "review_on", "DATE",
        "Review date: gives the probability of being at or above the threshold.",
        QUESTION, unit="date", example="2026-02-27", parse=options.date, is_common=True,
    )  # fmt: skip
    moves: Mapping[str, float] | None = option(
        "move", "MOVE=USD",
        "What if: buy-with-debt, buy-with-equity, buy-with-cash, raise-equity, sell-for-cash or "
        "sell-to-retire-debt, such as buy-with-debt=500m. Repeatable.",
        QUESTION, unit="USD by move",
        example="buy-with-debt=500m", parse=pairs("MOVE=USD", "buy-with-debt=500m", of="amounts"),
        spellings=("--what-if",), completes="moves", is_repeatable=True, is_common=True,
    )  # fmt: skip
    rule_id: str | None = option(
        "rule_id", "RULE",
        "Named rule to judge by: msci-datco-2025, msci-noc-2026, ... Verdicts are pass, fail, "
        "watch and unresolved.",
        QUESTION, unit="rule_id", example="msci-datco-2025", completes="rules", is_common=True,
    )  # fmt: skip
    rule_inputs: Mapping[str, tuple[float, ...]] | None = option(
        "rule_input", "TICKER.INPUT=RATIO",
        "A ratio of yours that the rule tests: 'MSTR.operating_asset_ratio=1%', with the years "
        "before after the newest: 1%:2%. Repeatable.",
        QUESTION, unit="yours: ratios by company and input, the newest year first",
        parse=options.read_by("parse_inputs", "rule_inputs"), completes="tickers",
        is_repeatable=True,
    )  # fmt: skip
    rule_test_texts: Mapping[str, str] | None = option(
        "rule_test", "INPUT=SIDE:RATIO",
        "A threshold of yours for the rule: 'unnamed_ratio_1=at_most:10%'; SIDE is at_least, "
        "above, at_most or below. Repeatable.",
        QUESTION, unit="yours: failing side and threshold by input",
        parse=options.read_by("parse_tests", "rule_inputs"), is_repeatable=True,
    )  # fmt: skip
