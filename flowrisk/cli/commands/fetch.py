"""``flowrisk fetch``: public files of the SEC, the one command that uses the network."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flowrisk.cli import asking, completion, diagnostics, located, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flowrisk.download.transfer import Wanted

EPILOG = """\b
Examples:
  flowrisk fetch --list
  flowrisk fetch nport 2026q2 --to downloads --dry-run
  flowrisk fetch nport --fund VTI --to downloads
  flowrisk fetch 13f 2026-07 --to downloads
"""


def _option(name: str, metavar: str, help: str) -> Any:  # noqa: A002, ANN401 - Typer's own type
    return typer.Option(name, metavar=metavar, show_default=False, help=help)


@asking.spread(beside=(), written=options.ROWS)
def fetch(  # noqa: PLR0913 - one parameter a flag
    call: Call[Question],
    kind: Annotated[
        str | None,
        typer.Argument(
            show_default=False, metavar="[nport|13f|tickers]",
            autocompletion=completion.of("fetch_kinds"), help="What to fetch.",
        ),
    ] = None,
    periods: Annotated[
        list[str] | None,
        typer.Argument(
            show_default=False, metavar="[PERIOD]...",
            help="Quarters (2026q2) or months (2026-07). [default: the newest]",
        ),
    ] = None,
    *,
    to: Annotated[
        Path | None, _option("--to", "DIR", "Folder for the files. [default: downloads]")
    ] = None,
    since: Annotated[
        str | None, _option("--since", "PERIOD", "Every data set from this period on.")
    ] = None,
    fund: Annotated[
        str | None,
        _option("--fund", "TICKER", "One fund's newest Form N-PORT: ticker, series id or CIK."),
    ] = None,
    as_of: Annotated[
        str | None, _option("--as-of", "DATE", "With --fund: the newest up to this day.")
    ] = None,
    contact: Annotated[
        str | None,
        _option("--contact", "TEXT", "Your name and mail address, sent with each request. "
                "[default: FLOWRISK_CONTACT, then contact in flowrisk.toml]"),
    ] = None,
    base_url: Annotated[
        str | None, _option("--base-url", "URL", "A mirror that is asked in place of the SEC.")
    ] = None,
    is_listed: Annotated[
        bool, typer.Option("--list", help="Show what there is, from whom, under which terms.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan with sizes; fetch no file.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask above 1 GB.")] = False,
) -> None:  # fmt: skip
    """Fetch public files of the SEC: the one command that uses the network.

    A download that broke off goes on where it stopped; nothing takes its name before it was looked
    at. 'flowrisk ingest' reads what came, and where it came from.
    """
    from flowrisk.api import public_files

    delivery = call.row_delivery()
    if is_listed:
        from flowrisk.download import sources

        delivery.deliver(sources.listed())
        return
    with closing(_Line()) as line:
        rows = public_files.fetch(
            _kind(kind), periods or (), to=to or "downloads", since=since, fund=fund, as_of=as_of,
            contact=contact or os.environ.get("FLOWRISK_CONTACT") or _own_contact(),
            base_url=base_url, dry_run=dry_run, force=call.is_forced,
            watcher=public_files.Watcher(
                diagnostics.reporter.say, lambda planned: _agree(planned, is_agreed=yes), line.show
            ),
        )  # fmt: skip
    delivery.deliver(rows)


def _kind(kind: str | None) -> str:
    from flowrisk.errors import QuestionError

    if kind is None:
        raise QuestionError(
            "What is to be fetched?", facts={"known": "nport, 13f, tickers"},
            remedy="Name it, such as: flowrisk fetch nport. 'flowrisk fetch --list' shows more.",
        )  # fmt: skip
    return kind


def _own_contact() -> str | None:
    told = located.local_settings().get("contact")
    return None if told is None else str(told)


def _agree(planned: Sequence[Wanted], *, is_agreed: bool) -> None:
    """Say what will be fetched; above 1 GB, or of unknown size, ask.

    Raises: QuestionError where nobody agrees.
    """
    from flowrisk.cli.pager import is_terminal
    from flowrisk.download.run import LARGE_BYTES
    from flowrisk.errors import QuestionError

    total = sum(each.byte_count or 0 for each in planned)
    for each in planned:
        size = "size unknown" if each.byte_count is None else f"{each.byte_count / 1e6:,.1f} MB"
        diagnostics.reporter.say(f"{each.name} ({size}) from {each.address}")
    for terms in dict.fromkeys(each.terms for each in planned):
        diagnostics.reporter.say(f"terms: {terms}")
    if total <= LARGE_BYTES or is_agreed:
        return
    if is_terminal() and typer.confirm(f"Fetch {total / 1e9:,.1f} GB?", err=True):
        return
    raise QuestionError(
        f"{total / 1e9:,.1f} GB are a large download; nothing was fetched.",
        facts={"files": len(planned)},
        remedy="Name fewer periods, or agree with --yes.",
    )


class _Line:
    """One line on a terminal while files come; never anywhere else."""

    def __init__(self) -> None:
        from flowrisk.cli.progress import _Bar

        self._bar = _Bar()

    def show(self, wanted: Wanted, count: int) -> None:
        """Show how much of a file is there."""
        from flowrisk.ingest.summary import Progress

        self._bar(Progress(wanted.name, 0, count, wanted.byte_count or 0))

    def close(self) -> None:
        """Clear the line."""
        self._bar.close()
