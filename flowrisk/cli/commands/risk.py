"""``flowrisk risk``: the distribution of passive selling over exclusions."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk risk --probabilities msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25
  flowrisk risk -p msci+nasdaq --probabilities msci=.4,nasdaq=.3 --dependence copula --rho .5
  flowrisk risk -p msci+crsp --probabilities msci=.4,crsp=.25 --uncertainty price=.2 --format json
"""


def risk(  # noqa: PLR0913 - one parameter a flag
    *,
    probabilities: Annotated[
        list[str] | None,
        typer.Option(
            "--probabilities",
            show_default=False,
            metavar="PROVIDER=P",
            help="Probability (0-1) that each provider excludes; a known outcome is 0 or 1.",
        ),
    ] = None,
    dependence: Annotated[
        str | None,
        typer.Option(
            "--dependence",
            show_default=False,
            metavar="MODEL",
            help="independent, leader or copula. [default: independent]",
        ),
    ] = None,
    leader: Annotated[
        str | None,
        typer.Option(
            "--leader", show_default=False, metavar="PROVIDER", help="Whom the others follow."
        ),
    ] = None,
    given_leader: Annotated[
        list[str] | None,
        typer.Option(
            "--given-leader",
            show_default=False,
            metavar="PROVIDER=P",
            help="Probability (0-1) that a follower excludes if the leader does.",
        ),
    ] = None,
    rho: Annotated[
        float | None,
        typer.Option(
            "--rho",
            show_default=False,
            metavar="RATIO",
            help="Correlation with the common factor of the copula, 0 to 1.",
        ),
    ] = None,
    uncertainty: Annotated[
        list[str] | None,
        typer.Option(
            "--uncertainty",
            show_default=False,
            metavar="NAME=CV",
            help="Coefficient of variation of tracking-ratio, price, uplift, coverage, mapping or "
            "staleness: common (price=.1), for each (tracking-ratio:each=.2) or one provider.",
        ),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(
            "--draws",
            show_default=False,
            metavar="N",
            help="Draws of the uncertain parameters. [default: 100000]",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", show_default=False, metavar="S", help="Seed of the draws. [default: 0]"
        ),
    ] = None,
    horizon: Annotated[
        str | None,
        typer.Option(
            "--horizon",
            show_default=False,
            metavar="DATE",
            help="The day by which they exclude; recorded with the probabilities.",
        ),
    ] = None,
    judged_by: Annotated[
        str | None,
        typer.Option(
            "--judged-by", show_default=False, metavar="TEXT", help="Who judged the probabilities."
        ),
    ] = None,
    judged_on: Annotated[
        str | None,
        typer.Option("--judged-on", show_default=False, metavar="DATE", help="When they did."),
    ] = None,
    providers: options.Providers = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    rule: options.Rule = None,
    coin_price: options.CoinPrice = None,
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
    """Distribution of passive selling, given a probability of exclusion per provider."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.api.results import PAGED_SUFFIXES
    from flowrisk.question.settings import RISK

    wanted = outputs.checked(form, output, is_forced=force, suffixes=PAGED_SUFFIXES)
    edition = outputs.edition_of(output, title, theme, sections)
    choice = options.engine_of(engine, engine_url, engine_data)
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "probabilities": probabilities, "dependence": dependence, "leader": leader,
        "given_leader": given_leader, "rho": rho, "uncertainty": uncertainty, "draws": draws,
        "seed": seed, "horizon": horizon, "judged_by": judged_by, "judged_on": judged_on,
        "providers": providers, "securities": securities, "list": list_id, "rule": rule,
        "coin_price": coin_price, "method": method, "as_of": as_of, "known_on": known_on,
        "max_age": max_age, "price": price,
    }, RISK)  # fmt: skip
    result = dataset.risked(chosen, is_strict=strict, choice=choice)
    outputs.write_and_print(result, wanted, output, is_forced=force, edition=edition)
