"""A result → one HTML file. Owns Jinja and the page's security policy; decides no wording."""

from __future__ import annotations

import base64
import hashlib
import shlex
from functools import cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from flowrisk.dataset import resources
from flowrisk.report.charts import spans
from flowrisk.report.page_options import PLAIN
from flowrisk.report.sections import risk, scenario, screen
from flowrisk.text import formatting, sentences
from flowrisk.text import scenario as scenario_text

if TYPE_CHECKING:
    from flowrisk.domain import RiskAnswer, ScenarioAnswer, ScreenAnswer
    from flowrisk.report.page_options import PageOptions


def scenario_page(answer: ScenarioAnswer, edition: PageOptions = PLAIN) -> bytes:
    """Return the report of ``flowrisk scenario`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes: no clock, no path, no random id enters.

    Raises: QuestionError for a section that the page does not have.
    """
    return _page("scenario.html.jinja", scenario.context(answer), edition)


def risk_page(answer: RiskAnswer, edition: PageOptions = PLAIN) -> bytes:
    """Return the report of ``flowrisk risk`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes, as ``scenario_page``.

    Raises: QuestionError for a section that the page does not have.
    """
    return _page("risk.html.jinja", risk.context(answer), edition)


def screen_page(answer: ScreenAnswer, edition: PageOptions = PLAIN) -> bytes:
    """Return the report of ``flowrisk screen`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes, as ``scenario_page``.

    Raises: QuestionError for a section that the page does not have.
    """
    return _page("screen.html.jinja", screen.context(answer), edition)


def _page(template: str, context: dict[str, Any], edition: PageOptions) -> bytes:
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
        loader=jinja2.FileSystemLoader(resources.templates_folder()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # each template is compiled for one page: folding constants costs more
    )
    environment.filters.update(
        money=formatting.money, shares=formatting.shares, days=formatting.days,
        percent=formatting.percent,
        name=formatting.name, company=formatting.company, day=formatting.day,
        month=formatting.month, price=formatting.price, multiple=formatting.multiple,
        whole=formatting.whole, words=formatting.words, outflow=scenario_text.outflow,
        axis=formatting.axis, dated=formatting.with_readable_dates,
        sentence=formatting.capitalized, value=sentences.value, interval=spans.interval,
        count="{:,}".format, points=formatting.points, change=formatting.change,
        coin=formatting.coin_price, odds=formatting.odds,
    )  # fmt: skip
    environment.globals.update(
        money=formatting.money, days=formatting.days, percent=formatting.percent,
        fall=formatting.fall, whole=formatting.whole,
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
