"""``flowrisk backtest``: past forecasts against what was published, positions against positions."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk backtest
  flowrisk backtest --format csv
  flowrisk backtest --leave-one-out --data my-data
  flowrisk backtest -o backtest.json
"""


def backtest(  # noqa: PLR0913 - one parameter a flag
    *,
    leave_one_out: Annotated[
        bool,
        typer.Option(
            "--leave-one-out",
            help="Foretell each fund's positions from another fund's instead: the measured error.",
        ),
    ] = False,
    data: options.Data = None,
    form: outputs.Form = "table",
    output: outputs.Output = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Compare forecasts of past index changes with published figures, in shares."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    wanted = outputs.checked(form, output, is_forced=force)
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {})
    told = dataset.leave_one_out if leave_one_out else dataset.backtested
    outputs.write_and_print(told(chosen), wanted, output, is_forced=force)
