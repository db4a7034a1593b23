"""``flowrisk screen``: digital-asset ratios against the threshold."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk screen --threshold 0.5
  flowrisk screen --list treasury --coin-price BTC=60000 --review-on 2026-02-27
  flowrisk screen --securities CLSK,RIOT --move buy-with-debt=500m --format csv
"""


def screen(  # noqa: PLR0913 - one parameter a flag
    *,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold",
            show_default=False,
            metavar="RATIO",
            help="Digital assets over total assets from which on a company is in. [default: 0.5]",
        ),
    ] = None,
    exit_threshold: Annotated[
        float | None,
        typer.Option(
            "--exit-threshold",
            show_default=False,
            metavar="RATIO",
            help="Ratio below which a company that was in leaves again (hysteresis).",
        ),
    ] = None,
    coin_price: options.CoinPrice = None,
    review_on: Annotated[
        str | None,
        typer.Option(
            "--review-on",
            show_default=False,
            metavar="DATE",
            help="The review asked about: gives the probability of being at or above the line.",
        ),
    ] = None,
    volatility: Annotated[
        float | None,
        typer.Option(
            "--volatility",
            show_default=False,
            metavar="RATIO",
            help="A year's volatility of the coins, without drift. [default: 0.55]",
        ),
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option(
            "--move",
            "--what-if",
            show_default=False,
            metavar="MOVE=USD",
            help="What if: buy-with-debt, buy-with-equity, buy-with-cash, raise-equity, "
            "sell-for-cash or sell-to-retire-debt, such as buy-with-debt=500m. Repeating adds.",
        ),
    ] = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    participation: options.Participation = None,
    adv_window: options.AdvWindow = None,
    method: options.Method = None,
    price: options.Price = None,
    data: options.Data = None,
    engine: options.Engine = None,
    engine_url: options.EngineUrl = None,
    engine_data: options.EngineData = None,
    form: outputs.Form = "table",
    output: outputs.PagedOutput = None,
    title: outputs.Title = None,
    theme: outputs.Theme = None,
    sections: outputs.Sections = None,
    force: options.Force = False,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Distance of treasury companies to the digital-asset threshold."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.api.results import PAGED_SUFFIXES
    from flowrisk.question.settings import SCREEN

    wanted = outputs.checked(form, output, is_forced=force, suffixes=PAGED_SUFFIXES)
    edition = outputs.edition_of(output, title, theme, sections)
    choice = options.engine_of(engine, engine_url, engine_data)
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "threshold": threshold, "exit_threshold": exit_threshold, "coin_price": coin_price,
        "review_on": review_on, "volatility": volatility, "move": move, "securities": securities,
        "list": list_id, "as_of": as_of, "known_on": known_on, "max_age": max_age,
        "participation": participation, "adv_window": adv_window, "method": method, "price": price,
    }, SCREEN)  # fmt: skip
    result = dataset.screened(chosen, is_strict=strict, choice=choice)
    outputs.write_and_print(result, wanted, output, is_forced=force, edition=edition)
