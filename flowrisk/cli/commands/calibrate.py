"""``flowrisk calibrate``: what reproduces a published figure."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk calibrate --target msci=2.8bn,all=8.8bn --security MSTR
  flowrisk calibrate --target msci+nasdaq=4bn --security MSTR --price MSTR=206.80
  flowrisk calibrate --target all=8.0bn --security MSTR --format json
"""


def calibrate(  # noqa: PLR0913 - one parameter a flag
    *,
    target: Annotated[
        list[str],
        typer.Option(
            "--target",
            "-t",
            metavar="SETS",
            help="Published outflow of a set of providers: msci=2.8bn,all=8.8bn. Repeating adds.",
        ),
    ],
    security: Annotated[
        str,
        typer.Option(
            "--security",
            "-s",
            metavar="TICKER",
            autocompletion=options.complete_tickers,
            help="The security the figures are about: ticker or ISIN.",
        ),
    ],
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    price: options.Price = None,
    data: options.Data = None,
    engine: options.Engine = None,
    engine_url: options.EngineUrl = None,
    engine_data: options.EngineData = None,
    form: outputs.Form = "table",
    output: outputs.Output = None,
    force: options.Force = False,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Solve for the tracking ratio, price date or providers that reproduce a published estimate."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    wanted = outputs.checked(form, output, is_forced=force)
    choice = options.engine_of(engine, engine_url, engine_data)
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "securities": [security], "method": method, "as_of": as_of, "known_on": known_on,
        "max_age": max_age, "price": price,
    })  # fmt: skip
    result = dataset.calibrated(chosen, target, is_strict=strict, choice=choice)
    outputs.write_and_print(result, wanted, output, is_forced=force)
