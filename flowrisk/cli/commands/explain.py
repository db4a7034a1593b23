"""``flowrisk explain``: one figure, from formula to files."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk explain MSTR --provider msci
  flowrisk explain MSTR --provider nasdaq --scenario all --price MSTR=150
  flowrisk explain MARA --provider crsp --format json
"""


def explain(  # noqa: PLR0913 - one parameter a flag
    security: Annotated[
        str,
        typer.Argument(
            metavar="SECURITY",
            autocompletion=options.complete_tickers,
            help="Ticker or ISIN.",
        ),
    ],
    *,
    provider: Annotated[
        str,
        typer.Option(
            "--provider", metavar="PROVIDER", help="The provider whose trackers sell: msci, ..."
        ),
    ],
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            show_default=False,
            metavar="SET",
            help="The scenario the figure stands in: all, msci+nasdaq. [default: the provider]",
        ),
    ] = None,
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    treatment: options.Treatment = None,
    reweight: options.Reweight = None,
    price: options.Price = None,
    data: options.Data = None,
    form: outputs.Form = "table",
    output: outputs.Output = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Trace a figure to its formula, SQL, rows and files."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    wanted = outputs.checked(form, output, is_forced=force)
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "securities": [security], "method": method, "as_of": as_of, "known_on": known_on,
        "max_age": max_age, "treatment": treatment, "reweight": reweight, "price": price,
    })  # fmt: skip
    result = dataset.explained(chosen, provider=provider, scenario_id=scenario)
    outputs.write_and_print(result, wanted, output, is_forced=force)
