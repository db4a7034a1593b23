"""``flowrisk init``: a dataset of one's own from the sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import diagnostics, options

EPILOG = """\b
Examples:
  flowrisk init my-data
  flowrisk init my-data-2 && flowrisk scenario --data my-data-2
  flowrisk init my-data-3 && flowrisk check my-data-3
"""


def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make; must be new or empty.")],
    *,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Create a dataset folder from the bundled sample."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk import api

    diagnostics.emit(f"{api.init(folder).path}\n".encode())
    diagnostics.reporter.say(f"add files with: flowrisk ingest FORMAT FILE --data {folder}")
