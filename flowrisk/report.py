"""A result → one HTML file. Owns Jinja and the page's security policy; decides no wording."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from flowrisk import assets, figures, sections, sentences

if TYPE_CHECKING:
    from flowrisk.scenario import ScenarioAnswer


def scenario_page(answer: ScenarioAnswer) -> bytes:
    """Return the report of ``flowrisk scenario`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes: no clock, no path, no random id enters.
    """
    environment = _environment()
    page = environment.get_template("scenario.html.jinja")
    return page.render(sections.context(answer)).encode()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.templates_folder()),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        money=figures.money, shares=figures.shares, days=figures.days, percent=figures.percent,
        name=sentences.name, company=sentences.company, day=sentences.day,
        month=sentences.month, price=sentences.price, multiple=sentences.multiple,
        whole=sentences.whole, words=sentences.words, outflow=sentences.outflow,
        axis=sentences.axis, deletes=sentences.deletes, dated=sentences.dated,
        sentence=sentences.capitalized, value=sentences.value, count="{:,}".format,
    )  # fmt: skip
    environment.globals.update(money=figures.money, days=figures.days)
    for text, file_name in (("style", "page.css"), ("script", "page.js")):
        source = Markup(environment.get_template(file_name).render())  # noqa: S704 - our own file, no data in it
        environment.globals[text] = source
        environment.globals[f"{text}_hash"] = _admitting(source)
    return environment


def _admitting(source: str) -> str:
    """Return the expression by which a content security policy admits exactly this text."""
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
