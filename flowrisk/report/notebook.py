"""An answer as a notebook shows it: one HTML fragment without scripts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flowrisk.text import formatting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flowrisk.text.cards import Card

_STYLE = """
.flowrisk { color: inherit; font-size: 0.95em; max-width: 72em; overflow-x: auto; }
.flowrisk h3 { margin: 0.2em 0; font-size: 1.15em; }
.flowrisk p { margin: 0.2em 0; opacity: 0.8; }
.flowrisk table { border-collapse: collapse; margin: 0.6em 0; font-variant-numeric: tabular-nums; }
.flowrisk th, .flowrisk td { background: none; border: 0; padding: 0.15em 0.7em; }
.flowrisk th, .flowrisk td { text-align: right; white-space: nowrap; }
.flowrisk th:first-child, .flowrisk td:first-child { text-align: left; }
.flowrisk th[colspan]:not(:first-child) { border-bottom: 1px dotted; text-align: center; }
.flowrisk thead tr:last-child th { border-bottom: 1px solid; }
.flowrisk tbody tr:last-child > * { border-bottom: 1px solid; }
.flowrisk pre { background: none; color: inherit; white-space: pre; }
"""
_TEXT_LENGTH = 300


def page(card: Card) -> str:
    """Return a card as HTML with a style of its own."""
    spans = "".join(f'<th colspan="{count}">{_shown(head)}</th>' for head, count in card.spans)
    heads = "".join(f"<th>{_shown(head)}</th>" for head in card.heads)
    body = "".join(
        f"<tr><th>{_shown(first)}</th>{''.join(f'<td>{_shown(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in card.rows
    )
    top = f"<tr>{spans}</tr>" if spans else ""
    table = f"<table><thead>{top}<tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    return _framed(card.title, _lines(card.lines) + table + _lines(card.notes))


def told(said: str) -> str:
    """Return the text of a command as HTML: its first line above, the rest as it is laid out."""
    title, *lines = said.splitlines()
    laid_out = "\n".join(escape(formatting.unmarked(line)) for line in lines)
    return _framed(title, f"<pre>{laid_out.strip(chr(10))}</pre>")


def _framed(title: str, inner: str) -> str:
    return f'<div class="flowrisk"><style>{_STYLE}</style><h3>{_shown(title)}</h3>{inner}</div>'


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"<p>{_shown(line)}</p>" for line in lines)


def _shown(raw: str) -> str:
    return escape(formatting.name(raw, _TEXT_LENGTH)) if raw else ""
