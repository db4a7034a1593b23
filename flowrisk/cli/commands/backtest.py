"""``flowrisk backtest``: past forecasts against what was published."""

from __future__ import annotations

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk backtest
  flowrisk backtest --format csv
  flowrisk backtest -o backtest.json
"""


def backtest(
    *,
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
    result = dataset.backtested(options.settings_of(dataset, {}))
    outputs.write_and_print(result, wanted, output, is_forced=force)
