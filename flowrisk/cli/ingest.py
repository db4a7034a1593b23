"""``flowrisk ingest``: real files into a dataset."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowrisk.cli import diagnostics, options

if TYPE_CHECKING:
    from flowrisk.ingest.summary import Progress

EPILOG = """\b
Examples:
  flowrisk ingest nport 2025q3_nport.zip --data my-data
  flowrisk ingest ishares IWV_holdings.csv ACWI_holdings.csv --as-of 2025-11-20 --data my-data
  flowrisk ingest prices 'prices/*.csv' --data my-data --dry-run
"""
_QUIET_S = 1.0
_EVERY_S = 0.2
_MEGABYTE = 1e6


class _Bar:
    """One line of progress on a terminal, for work over a second."""

    def __init__(self) -> None:
        self.started = self.shown = time.monotonic()
        self.is_shown = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        is_due = now - self.started > _QUIET_S and now - self.shown > _EVERY_S
        if not is_due or diagnostics.reporter.is_quiet or not sys.stderr.isatty():
            return
        self.shown, self.is_shown = now, True
        done_mb = progress.byte_count / _MEGABYTE
        share = progress.byte_count / progress.total_byte_count if progress.total_byte_count else 0
        sys.stderr.write(
            f"\r{progress.stage:<24.24} {share:>4.0%} {progress.row_count:>12,} rows "
            f"{done_mb / (now - self.started):>7.1f} MB/s"
        )
        sys.stderr.flush()

    def close(self) -> None:
        """Clear the line."""
        if self.is_shown:
            sys.stderr.write("\r" + " " * 70 + "\r")


def ingest(  # noqa: PLR0913 - one parameter a flag
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT", help="nport, ishares, invesco, state-street, ark, 13f or prices."
        ),
    ],
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files, folders or glob patterns.")
    ],
    *,
    data: options.Data = None,
    fund: Annotated[
        str | None,
        typer.Option(
            "--fund", show_default=False, metavar="ID", help="The fund, where a file names none."
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", show_default=False, metavar="DATE", help="The day, where a file states none."
        ),
    ] = None,
    security: Annotated[
        str | None,
        typer.Option(
            "--security",
            show_default=False,
            metavar="TICKER",
            help="The security of a price file that names none.",
        ),
    ] = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            show_default=False,
            metavar="FILE",
            help="CSV scheme,value,security_id[,valid_from_on,valid_to_on] that settles "
            "identifiers.",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")
    ] = False,
    output_form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="The summary as table or json.")
    ] = "table",
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Read real files into a dataset: all of them, or none."""
    options.speak(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk import domain, export

    wanted = domain.choose(output_form, ("table", "json"), name="--format")
    target = options.own_dataset(data)
    bar = _Bar()
    try:
        summary = target.ingest(
            files, format=form, fund=fund, as_of=as_of, security=security, map_file=map_file,
            dry_run=dry_run, progress=bar,
        )  # fmt: skip
    finally:
        bar.close()
    lines = "\n".join(summary.lines()) + "\n"
    diagnostics.emit(
        lines.encode() if wanted == "table" else export.json_bytes(summary.as_dict(), indent=2)
    )
