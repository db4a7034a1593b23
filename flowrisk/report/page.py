"""A result → one HTML file. Decides no wording."""

from __future__ import annotations

import shlex
from importlib import import_module
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from flowrisk.report import chart_files, templates
from flowrisk.report.page_options import PLAIN

if TYPE_CHECKING:
    from flowrisk.domain import RiskAnswer, ScenarioAnswer, ScreenAnswer
    from flowrisk.report.page_options import PageOptions


def prepare(verb: str) -> None:
    """Load what chooses the sections of a command's page, before its answer is there."""
    import_module(f"flowrisk.report.sections.{verb}")


def scenario_page(answer: ScenarioAnswer, edition: PageOptions = PLAIN) -> bytes:
    """Return the report of ``flowrisk scenario`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes: no clock, no path, no random id enters.

    Raises: QuestionError for a section that the page does not have.
    """
    from flowrisk.report.sections import scenario

    return _page("scenario.html.jinja", scenario.context(answer), edition)


def risk_page(answer: RiskAnswer, edition: PageOptions = PLAIN) -> bytes:
    """Return the report of ``flowrisk risk`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes, as ``scenario_page``.

    Raises: QuestionError for a section that the page does not have.
    """
    from flowrisk.report.sections import risk

    return _page("risk.html.jinja", risk.context(answer), edition)


def screen_page(answer: ScreenAnswer, edition: PageOptions = PLAIN) -> bytes:
    """Return the report of ``flowrisk screen`` as one self-contained HTML file, UTF-8.

    The same answer gives the same bytes, as ``scenario_page``.

    Raises: QuestionError for a section that the page does not have.
    """
    from flowrisk.report.sections import screen

    return _page("screen.html.jinja", screen.context(answer), edition)


def _page(template: str, context: dict[str, Any], edition: PageOptions) -> bytes:
    """Return the page of a context as the edition wants it; its command asks for the same."""
    sections = edition.chosen(context["sections"])
    said = {
        **context,
        "flags": list(map(shlex.quote, edition.flags)),
        "edition": edition,
        "sections": sections,
        "left_out": [head for name, head in context["sections"].items() if name not in sections],
    }
    if edition.rules:
        both = f"{templates.style()}{edition.rules}"
        style = Markup(both)  # noqa: S704 - rules that cannot end the style: edition refuses
        said |= {"style": style, "style_hash": templates.admitting(style)}
    drawn = templates.rendered(template, said)
    style_sheet = str(said.get("style", templates.style()))
    return chart_files.offered(
        drawn, said["answer"], command=template.partition(".")[0], style=style_sheet
    ).encode()
