"""The templates and what they may call. Owns Jinja, and how text becomes text of HTML or Markdown
and never markup."""

from __future__ import annotations

import base64
import hashlib
import re
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from flowrisk.dataset import resources
from flowrisk.export import tables
from flowrisk.question.settings import RISK, SCENARIO, SCREEN
from flowrisk.report.charts import bars, labels, spans, timeline
from flowrisk.report.sections import downloads, liquidity
from flowrisk.text import formatting, heading, risk, sentences
from flowrisk.text import scenario as scenario_text
from flowrisk.text.paragraphs import book, index_changes, own_estimate, sources, trading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flowrisk.domain import Answer

_ADDRESS = re.compile(r"://|@(?=[A-Za-z])|(?<=\bwww)\.", re.IGNORECASE)
_LINE_LENGTH, _COMMAND_LENGTH = 400, 2000


def rendered(template: str, said: Mapping[str, Any]) -> str:
    """Return a template filled in; in HTML every text of the data is escaped."""
    return _environment().get_template(template).render(said)


def prepare(verb: str) -> None:
    """Compile the templates that every page of a command needs, before its answer is there."""
    environment = _environment()
    for name in environment.list_templates(extensions=["jinja"]):
        part = name.removeprefix("_parts/")
        is_page = "/" not in name and not name.startswith((verb, "base"))
        if not is_page and not part.startswith(_SELDOM):
            environment.get_template(name)


# parts that few pages of a scenario show
_SELDOM = ("active_", "book.", "contents.", "freeze_", "index_trades.", "reweight_", "rule_",
           "screen_")  # fmt: skip
# functions of formatting that are filters of their own name
_WORDINGS = (
    "money", "shares", "days", "percent", "name", "company", "day", "month", "price", "multiple",
    "whole", "words", "points", "change", "odds", "unmarked",
)  # fmt: skip


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(resources.templates_folder()),
        bytecode_cache=_compiled(),
        autoescape=jinja2.select_autoescape(disabled_extensions=("md.jinja",), default=True),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # each template is compiled for one page: folding constants costs more
    )
    environment.filters |= _filters()
    environment.tests.update(
        known=scenario_text.is_known, at_least=scenario_text.is_at_least,
        bought=scenario_text.is_bought, owned=own_estimate.is_known,
    )  # fmt: skip
    environment.globals |= {
        name: getattr(formatting, name)
        for name in ("money", "days", "percent", "fall", "whole", "month")
    }
    environment.globals |= _sentences()
    _embed(environment)
    return environment


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Compiled templates beside their sources, as Python keeps its modules; found again by the
    text of each. Where the folder cannot be written they are compiled anew."""

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep a compiled template, where that is possible."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _compiled() -> _Compiled | None:
    folder = resources.templates_folder() / "__pycache__"
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
    return _Compiled(str(folder)) if folder.is_dir() else None


def _sentences() -> dict[str, Callable[..., Any]]:
    """Return what a template may say of a whole answer, by the word it calls."""
    return {
        "scenario_title": sentences.title, "condition": sentences.condition,
        "beside": sentences.beside, "how": sentences.how,
        "valued_at": sentences.valued_at, "priced": sentences.priced, "yours": heading.yours,
        "cited": sentences.citation, "decided": heading.decided, "pending": heading.pending,
        "frozen_counts": heading.counted, "outside_list": heading.outside_list,
        "without_data": heading.without_data, "auction_share": trading.auction_share,
        "increment": scenario_text.increment, "asked": _asked, "attached": downloads.attachments,
    }  # fmt: skip


_ALSO = {"scenario": SCENARIO, "risk": RISK, "screen": SCREEN}


def _asked(answer: Answer, verb: str) -> str:
    """Return the command that asks the question of a page again."""
    return sentences.command(answer, verb, _ALSO[verb])


def _filters() -> dict[str, Callable[..., Any]]:
    """Return what a template may say of a value, by the word it writes behind the bar."""
    return {name: getattr(formatting, name) for name in _WORDINGS} | {
        "outflow": scenario_text.outflow, "axis": formatting.axis, "labels": labels.axis,
        "hung": labels.hung, "rows": labels.rows, "fitted": labels.fitted,
        "beyond": labels.beyond, "dated": formatting.with_readable_dates,
        "sentence": formatting.capitalized, "value": sentences.value, "count": "{:,}".format,
        "coin": formatting.coin_price, "markdown": _as_markdown, "code": _as_code,
        "auctions": trading.auctions, "limited": trading.beyond, "fall": formatting.fall,
        "counted": formatting.counted,
        "derived": scenario_text.derived, "observed": scenario_text.observed,
        "traded": book.total, "of_flow": book.of_flow, "or_unknown": book.known,
        "active": book.active, "gross": index_changes.gross,
        "contrary": own_estimate.disagreement,
        "index_change": index_changes.change, "index_trade": index_changes.trade,
        "own": own_estimate.shown, "impact": liquidity.fall, "cells": risk.figures,
        "of_basket": risk.of_basket, "extent": _falls,
        "bars": bars.bars, "spans": spans.spans, "timeline": timeline.timeline,
        "waterfall": bars.waterfall, "levels": own_estimate.levels,
        "crosscheck": own_estimate.crosscheck, "conditional": own_estimate.conditional,
        "linked": sources.parts,
    }  # fmt: skip


def _falls(impacts_bps: Sequence[float]) -> str:
    """Return between what values falls or rises of a price lie, such as ``5.4 to 19.1 %``."""
    low, high = formatting.fall(min(impacts_bps)), formatting.fall(max(impacts_bps))
    return formatting.extent(low, high, " to ")


def _embed(environment: jinja2.Environment) -> None:
    """Give pages their style and their script, each with what admits it."""
    for kind, file_name in (("style", "page.css"), ("script", "page.js")):
        source = Markup(environment.get_template(file_name).render())  # noqa: S704 - our own file, no data in it
        environment.globals[kind] = source
        environment.globals[f"{kind}_hash"] = admitting(source)


def source(file_name: str) -> str:
    """Return a file of ours that is no template of a page, such as a style sheet."""
    return _environment().get_template(file_name).render()


def style() -> str:
    """Return the rules of a page without a house style."""
    return str(_environment().globals["style"])


def admitting(source: str) -> str:
    """Return the expression by which a content security policy admits exactly this text."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _as_markdown(raw: str) -> str:
    """Return a text as Markdown shows it literally, on one line, without a link made of it."""
    if not raw:
        return ""
    plain = formatting.with_readable_dates(formatting.name(raw, _LINE_LENGTH))
    escaped = tables.markdown_text(plain)
    return _ADDRESS.sub(lambda found: f"\u2060{found[0]}\u2060", escaped)


def _as_code(command: str) -> str:
    """Return a command that cannot leave the code span it stands in."""
    return formatting.name(command, _COMMAND_LENGTH).replace("`", "'")
