"""The command line's entry: ``flowrisk`` and ``python -m flowrisk``."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk import __version__
from flowrisk.cli import backtest as backtest_command
from flowrisk.cli import calibrate as calibrate_command
from flowrisk.cli import check as check_command
from flowrisk.cli import compare as compare_command
from flowrisk.cli import diagnostics
from flowrisk.cli import explain as explain_command
from flowrisk.cli import export_duckdb as export_command
from flowrisk.cli import ingest as ingest_command
from flowrisk.cli import init as init_command
from flowrisk.cli import query as query_command
from flowrisk.cli import risk as risk_command
from flowrisk.cli import scenario as scenario_command
from flowrisk.cli import screen as screen_command
from flowrisk.cli import shell as shell_command
from flowrisk.cli import tables as tables_command

app = typer.Typer(
    name="flowrisk",
    help="If index providers throw a company out, how much must index money sell, who sells it, "
    "when, and how hard is that to absorb?",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("scenario", epilog=scenario_command.EPILOG)(scenario_command.scenario)
app.command("risk", epilog=risk_command.EPILOG)(risk_command.risk)
app.command("screen", epilog=screen_command.EPILOG)(screen_command.screen)
app.command("calibrate", epilog=calibrate_command.EPILOG)(calibrate_command.calibrate)
app.command("ingest", epilog=ingest_command.EPILOG)(ingest_command.ingest)
app.command("init", epilog=init_command.EPILOG)(init_command.init)
app.command("check", epilog=check_command.EPILOG)(check_command.check)
app.command("compare", epilog=compare_command.EPILOG)(compare_command.compare)
app.command("explain", epilog=explain_command.EPILOG)(explain_command.explain)
app.command("backtest", epilog=backtest_command.EPILOG)(backtest_command.backtest)
app.command("query", epilog=query_command.EPILOG)(query_command.query)
app.command("shell", epilog=shell_command.EPILOG)(shell_command.shell)
app.command("export-duckdb", epilog=export_command.EPILOG)(export_command.export_duckdb)
app.command("tables", epilog=tables_command.EPILOG)(tables_command.tables)


def _show_version(*, is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(
            f"flowrisk {__version__} (duckdb {version('duckdb')}, polars {version('polars')})"
        )
        raise typer.Exit


@app.callback()
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
    diagnostics.leave(diagnostics.exit_code_of(lambda: app(standalone_mode=False)))


if __name__ == "__main__":
    main()
