"""The keywords of a question in Python: what each accepts, for type checkers, and its description.

Their names, units and defaults are those of the table of options (``question.question``); a test
holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict, TypeVar

from flowrisk.question.question import options_by_field

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import polars as pl

    from flowrisk.question.question import Question

Names = str | Sequence[str]
Day = str | dt.date
Ratio = str | float
Amounts = str | Sequence[str] | Mapping[str, float]
Ratios = str | Sequence[str] | Mapping[str, float] | Mapping[str, str]
Method = TypeVar("Method", bound=Callable[..., object])


class QuestionKeywords(TypedDict, total=False):
    """What every question takes; None takes the dataset's flowrisk.toml, then the default."""

    providers: Names | None
    securities: Names | None
    list: str | None
    watch_list: str | None
    as_of: Day | None
    known_on: Day | None
    max_age: int | None
    participation: Ratio | None
    beside: Names | Mapping[str, float] | Mapping[str, Sequence[float]] | None
    auction_share: Ratio | Sequence[float] | None
    adv_window: int | None
    method: str | None
    price: Amounts | None
    preset: str | None
    treatment: Names | Mapping[str, str] | None
    reweight: Names | None
    active_aum: Amounts | None
    fund_share: Ratio | None
    drift: Ratio | None
    manager_share: Ratio | Sequence[float] | None
    volatility_window: int | None
    rule: str | None
    coin_price: Amounts | None
    tracking_ratio: Ratios | None
    tracked_aum: Amounts | None
    pool: Names | Mapping[str, str] | Mapping[str, float] | None
    weight: Ratios | None


class ScenarioKeywords(QuestionKeywords, total=False):
    """What ``scenario`` takes: beside a question, a book as a path or a frame."""

    book: str | Path | pl.DataFrame | pl.LazyFrame | pd.DataFrame | None


class RiskKeywords(QuestionKeywords, total=False):
    """What ``risk`` takes beside its probabilities."""

    horizon: Day | None
    judged_by: str | None
    judged_on: Day | None
    dependence: str | None
    leader: str | None
    given_leader: Ratios | None
    rho: Ratio | None
    uncertainty: Ratios | None
    draws: int | None
    seed: int | None


class ScreenKeywords(QuestionKeywords, total=False):
    """What ``screen`` takes."""

    threshold: Ratio | None
    exit_threshold: Ratio | None
    volatility: Ratio | None
    review_on: Day | None
    move: Amounts | None
    rule_id: str | None
    rule_input: Ratios | Mapping[str, Sequence[float]] | None
    rule_test: Names | Mapping[str, str] | None


def described(kind: type[Question]) -> Callable[[Method], Method]:
    """Append what each keyword of a question means, its unit and default to a docstring."""

    def decorated(method: Method) -> Method:
        own = method.__annotations__
        lines = [_line(each.name, each.help, each.unit, each.default_text)
                 for each in options_by_field(kind).values() if each.name not in own]  # fmt: skip
        head = "        Keywords of the question (ratios also in percent: 0.2 or '20%'):"
        method.__doc__ = "\n".join([(method.__doc__ or "").rstrip(), "", head, *lines, "        "])
        return method

    return decorated


def _line(name: str, told: str, unit: str, default: str) -> str:
    facts = "; ".join([unit, *([f"default {default}"] if default else [])])
    return f"            {name}: {told.removesuffix(' Repeatable.')} ({facts})"
