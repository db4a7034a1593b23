"""An answer as a notebook shows it: one HTML fragment without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.report import templates

if TYPE_CHECKING:
    from flowrisk.report.cards import Card


def page(card: Card) -> str:
    """Return a card as HTML with a style of its own."""
    return templates.rendered("card.html.jinja", {"title": card.title, "card": card})


def told(said: str) -> str:
    """Return the text of a command as HTML: its first line above, the rest as it is laid out."""
    title, *lines = said.strip("\n").splitlines()
    while lines and not lines[0]:
        del lines[0]
    return templates.rendered("card.html.jinja", {"title": title, "card": None, "lines": lines})
