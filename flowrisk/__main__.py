"""The command line's entry: ``flowrisk`` and ``python -m flowrisk``."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from flowrisk import __version__
from flowrisk.cli import diagnostics
from flowrisk.cli.help import GroupedCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_COMMANDS = (
    "scenario", "calendar", "risk", "screen", "calibrate", "fetch", "ingest", "init", "check",
    "compare", "explain", "backtest", "list", "map", "add", "query", "shell", "export-duckdb",
    "export-dbt", "tables", "schema", "mcp",
)  # fmt: skip
_COLLECTED_COUNT = 250_000


def command_line(names: Iterable[str] = _COMMANDS, *, is_listed: bool = False) -> typer.Typer:
    """Return the command line with these commands; each is ``flowrisk/cli/commands/NAME.py``.

    Args:
        is_listed: whether the commands are only to be named, so that none needs its options.
    """
    made = typer.Typer(
        name="flowrisk",
        help="Estimate how much passive funds must sell if index providers remove a company: who "
        "sells, when, and how hard that is to absorb.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    made.callback()(root)
    for name in names:
        module = import_module(f"flowrisk.cli.commands.{name.replace('-', '_')}")
        # a name of Python's own carries an underscore
        word = name.replace("-", "_")
        command = getattr(module, word, None) or getattr(module, f"{word}_")
        command = _named(command) if is_listed else command
        made.command(name, epilog=module.EPILOG, cls=GroupedCommand)(command)
    return made


def _named(command: Callable[..., None]) -> Callable[[], None]:
    def nothing() -> None:
        """Stand for a command in a list of them."""

    nothing.__doc__ = command.__doc__
    return nothing


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


def _show_all(context: typer.Context, *, is_asked: bool) -> None:
    """Print the help of the whole command line, each command with every option."""
    if is_asked:
        from flowrisk.cli import help as help_texts

        typer.echo(help_texts.whole(context))
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
    help_all: Annotated[
        bool,
        typer.Option(
            "--help-all",
            callback=lambda ctx, is_asked: _show_all(ctx, is_asked=is_asked),
            is_eager=True,
            show_default=False,
            help="Show every command with every option and exit.",
        ),
    ] = False,
) -> None:
    """Hold the options of the bare command."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    # collecting while modules load costs more than it frees
    gc.set_threshold(_COLLECTED_COUNT, 20, 20)
    # a command named first needs none of the others; completion may ask for any
    diagnostics.end_when_told()
    words = sys.argv[1:]
    is_whole = "_FLOWRISK_COMPLETE" in os.environ
    is_alone = not is_whole and words[:1] and words[0] in _COMMANDS
    is_listed = not is_whole and words in ([], ["--help"], ["-h"])
    app = command_line(words[:1] if is_alone else _COMMANDS, is_listed=is_listed)
    diagnostics.exit_now(diagnostics.exit_code_of(lambda: app(standalone_mode=False)))


if __name__ == "__main__":
    main()
