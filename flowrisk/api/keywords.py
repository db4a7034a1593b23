"""The keywords of a question in Python: what each accepts, for type checkers, and its description.

Their names, units and defaults are those of the table of options (``question.question``); a test
holds the two together.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from flowrisk.question.question import options_by_field

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import polars as pl

    from flowrisk.question.options import Option
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


# what a method takes beside a question: meaning, default and example
_RUN: Mapping[str, str] = {
    "strict": "Fail on data-quality warnings with QualityError. (default False)",
    "engine": 'What runs the SQL: "duckdb" (this machine) or "spark" (a cluster). (default '
    '"duckdb")',
    "engine_url": 'Spark Connect server. (default none; such as engine_url="sc://host:15002")',
    "engine_data": "The dataset folder as the cluster sees it. (default the same path; such as "
    'engine_data="s3://bucket/dataset")',
}
_INGEST: Mapping[str, str] = {
    "files": 'Paths, folders or patterns, or a frame of holdings. (such as "IWV_holdings.csv")',
    "format": 'The format. (default: found in each file; such as format="ishares")',
    "fund": 'The fund, where a file names none. (default none; such as fund="OURS")',
    "as_of": 'The day, where a file states none. (date; default none; such as as_of="2025-11-20")',
    "security": "The security of a price file that names none. (ticker or ISIN; default none; "
    'such as security="MSTR")',
    "map_file": "CSV scheme,value,security_id that settles identifiers. (default none; such as "
    'map_file="map.csv")',
    "columns": "What the columns of a table or frame mean. (default none; such as "
    'columns="shares=Quantity,isin=ISIN")',
    "profile": 'The same, in a TOML file. (default none; such as profile="ours.toml")',
    "dates": 'Days in figures: dmy, mdy or ymd. (default: by whole columns; such as dates="dmy")',
    "decimal": 'Decimal mark. (default: by whole columns; such as decimal=",")',
    "currency": "Currency of values and prices, where a file states none. (default none; such as "
    'currency="EUR")',
    "sheet": 'Sheet of a workbook. (default the first that fits; such as sheet="Holdings")',
    "splits": "Whether closes before a split are raw or adjusted. (default: found; such as "
    'splits="raw")',
    "replace": "Take prices that differ from those known by a factor. (default False)",
    "dry_run": "Say what would happen; write nothing. (default False)",
    "progress": "Called with each stage. (default: nothing; such as progress=print)",
}


def described(kind: type[Question]) -> Callable[[Method], Method]:
    """Append what each keyword of a question means, its unit, default and an example to a
    docstring, from the table of options."""

    def decorated(method: Method) -> Method:
        own = method.__annotations__
        lines = [line for name, line in _lines(kind).items() if name not in own]  # type: ignore[arg-type] # a class has a hash
        _append(method, "Keywords of the question (ratios also in percent: 0.2 or '20%'):", lines)
        run = [_filled(name, told) for name, told in _RUN.items() if name in own]
        if run:
            _append(method, "How it is answered:", run)
        return method

    return decorated


def described_ingest(method: Method) -> Method:
    """Append what each argument of an ingest means, with its default and an example."""
    _append(method, "Args:", [_filled(name, told) for name, told in _INGEST.items()])
    return method


def _append(method: Callable[..., object], head: str, lines: Sequence[str]) -> None:
    told = (method.__doc__ or "").rstrip()
    method.__doc__ = "\n".join([told, "", f"{' ' * 8}{head}", *lines, " " * 8])


@cache
def _lines(kind: type[Any]) -> dict[str, str]:
    """Return the line on each keyword of a question by its name."""
    return {each.name: _line(each) for each in options_by_field(kind).values()}


def _line(option: Option) -> str:
    default = option.default_text or "none"
    facts = [option.unit, f"default {default}", f'such as {option.name}="{option.example_text}"']
    told = option.help.removesuffix(" Repeatable.")
    return _filled(option.name, f"{told} ({'; '.join(facts)})")


def _filled(name: str, told: str) -> str:
    return textwrap.fill(f"{name}: {told}", 100, initial_indent=" " * 12,
                         subsequent_indent=" " * 16, break_long_words=False,
                         break_on_hyphens=False)  # fmt: skip
