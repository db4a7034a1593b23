"""``flowrisk scenario``: outflows per scenario."""

from __future__ import annotations

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk scenario --providers msci,all
  flowrisk scenario --providers nasdaq,msci+nasdaq --securities MSTR --price MSTR=150
  flowrisk scenario --list miners --method observed --format csv
  flowrisk scenario --as-of 2026-02-27 --treatment msci=freeze
  flowrisk scenario --preset january-2026
"""


def scenario(  # noqa: PLR0913 - one parameter a flag
    *,
    providers: options.Providers = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    participation: options.Participation = None,
    adv_window: options.AdvWindow = None,
    preset: options.Preset = None,
    treatment: options.Treatment = None,
    reweight: options.Reweight = None,
    fund_share: options.FundShare = None,
    active_aum: options.ActiveAum = None,
    volatility_window: options.VolatilityWindow = None,
    price: options.Price = None,
    rule: options.Rule = None,
    coin_price: options.CoinPrice = None,
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
    """Estimate passive selling if index providers delete securities."""
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk.answers.scenario import MARTS
    from flowrisk.api.results import PAGED_SUFFIXES
    from flowrisk.text.scenario import MARTS as MARTS_OF_TABLE

    wanted = outputs.checked(form, output, is_forced=force, suffixes=PAGED_SUFFIXES)
    edition = outputs.edition_of(output, title, theme, sections)
    choice = options.engine_of(engine, engine_url, engine_data)
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "preset": preset, "treatment": treatment, "reweight": reweight, "fund_share": fund_share,
        "active_aum": active_aum,
        "providers": providers, "securities": securities, "list": list_id, "method": method,
        "as_of": as_of, "known_on": known_on, "max_age": max_age, "adv_window": adv_window,
        "participation": participation, "volatility_window": volatility_window, "price": price,
        "rule": rule, "coin_price": coin_price,
    })  # fmt: skip
    marts = MARTS if output or wanted != "table" else MARTS_OF_TABLE
    result = dataset.answer(chosen, is_strict=strict, marts=marts, choice=choice)
    outputs.write_and_print(result, wanted, output, is_forced=force, edition=edition)
