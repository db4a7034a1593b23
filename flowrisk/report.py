"""A result → one HTML file. Owns Jinja and the page's security policy; decides no wording."""

from __future__ import annotations

import base64
import hashlib
import shlex
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from flowrisk import (
    assets,
    figures,
    labels,
    risk_sections,
    screen_sections,
    sections,
    sentences,
    text,
)
from flowrisk.edition import PLAIN

if TYPE_CHECKING:
    from flowrisk.edition import Edition
    from flowrisk.risk import RiskAnswer
    from flowrisk.scenario import ScenarioAnswer
    from flowrisk.screen import ScreenAnswer


def scenario_page(answer: ScenarioAnswer, edition: Edition = PLAIN) -> bytes:
    """Return the report of ``flowrisk scenario`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes: no clock, no path, no random id enters.

    Raises: QuestionError for a section that the page does not have.
    """
    return _page("scenario.html.jinja", sections.context(answer), edition)


def risk_page(answer: RiskAnswer, edition: Edition = PLAIN) -> bytes:
    """Return the report of ``flowrisk risk`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes, as ``scenario_page``.

    Raises: QuestionError for a section that the page does not have.
    """
    return _page("risk.html.jinja", risk_sections.context(answer), edition)


def screen_page(answer: ScreenAnswer, edition: Edition = PLAIN) -> bytes:
    """Return the report of ``flowrisk screen`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes, as ``scenario_page``.

    Raises: QuestionError for a section that the page does not have.
    """
    return _page("screen.html.jinja", screen_sections.context(answer), edition)


def _page(template: str, context: dict[str, Any], edition: Edition) -> bytes:
    """Return the page of a context as the edition wants it; its command asks for the same."""
    environment = _environment()
    command = " ".join([context["command"], *map(shlex.quote, edition.flags)])
    said = {**context, "command": command, "edition": edition}
    if edition.theme:
        both = f"{environment.globals['style']}{edition.theme.css}"
        style = Markup(both)  # noqa: S704 - rules that cannot end the style: edition refuses
        said |= {"style": style, "style_hash": _admitting(style)}
    return edition.chosen(environment.get_template(template).render(said)).encode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.templates_folder()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # each template is compiled for one page: folding constants costs more
    )
    environment.filters.update(
        money=figures.money, shares=figures.shares, days=figures.days, percent=figures.percent,
        name=sentences.name, company=sentences.company, day=sentences.day,
        month=sentences.month, price=sentences.price, multiple=sentences.multiple,
        whole=sentences.whole, words=sentences.words, outflow=text.outflow,
        axis=sentences.axis, labels=labels.axis, hung=labels.hung, rows=labels.rows,
        fitted=labels.fitted, beyond=labels.beyond, dated=sentences.dated,
        sentence=sentences.capitalized, value=sentences.value,
        count="{:,}".format, points=figures.points, change=figures.change,
        coin=figures.coin_price, odds=figures.odds,
    )  # fmt: skip
    environment.globals.update(
        money=figures.money, days=figures.days, percent=figures.percent, fall=sentences.fall,
        whole=sentences.whole, month=sentences.month,
    )  # fmt: skip
    for kind, file_name in (("style", "page.css"), ("script", "page.js")):
        source = Markup(environment.get_template(file_name).render())  # noqa: S704 - our own file, no data in it
        environment.globals[kind] = source
        environment.globals[f"{kind}_hash"] = _admitting(source)
    return environment


def _admitting(source: str) -> str:
    """Return the expression by which a content security policy admits exactly this text."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
