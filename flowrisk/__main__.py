"""The command line's entry: ``flowrisk`` and ``python -m flowrisk``."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from flowrisk import __version__
from flowrisk.cli import diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMMANDS = (
    "scenario", "risk", "screen", "calibrate", "ingest", "init", "check", "compare", "explain",
    "backtest", "query", "shell", "export-duckdb", "tables",
)  # fmt: skip


def command_line(names: Iterable[str] = _COMMANDS) -> typer.Typer:
    """Return the command line with these commands; each is ``flowrisk/cli/commands/NAME.py``."""
    made = typer.Typer(
        name="flowrisk",
        help="How much must passive funds sell if index providers remove a company, who sells, "
        "when, and how hard is that to absorb?",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(root)
    for name in names:
        module = import_module(f"flowrisk.cli.commands.{name.replace('-', '_')}")
        made.command(name, epilog=module.EPILOG)(getattr(module, name.replace("-", "_")))
    return made


def __getattr__(name: str) -> typer.Typer:
    """Return the whole command line as ``app``, made on first use."""
    if name == "app":
        return command_line()
    raise AttributeError(name)


def _show_version(*, is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(
            f"flowrisk {__version__} (duckdb {version('duckdb')}, polars {version('polars')})"
        )
        raise typer.Exit


def root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda asked: _show_version(is_asked=asked),
            is_eager=True,
            help="Print the versions and stop.",
        ),
    ] = False,
) -> None:
    """Hold the options of the bare command."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    # a command named first needs none of the others; completion may ask for any
    diagnostics.end_when_told()
    is_alone = sys.argv[1:2] and sys.argv[1] in _COMMANDS and "_FLOWRISK_COMPLETE" not in os.environ
    app = command_line(sys.argv[1:2] if is_alone else _COMMANDS)
    diagnostics.exit_now(diagnostics.exit_code_of(lambda: app(standalone_mode=False)))


if __name__ == "__main__":
    main()
