"""``flowrisk compare``: why two results differ."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Annotated

import typer

from flowrisk.cli import options, outputs

EPILOG = """\b
Examples:
  flowrisk scenario -o november.json && flowrisk compare november.json november.json
  flowrisk init my-data && flowrisk compare my-data my-data --providers all
  flowrisk init their-data && flowrisk compare their-data their-data --format json
"""


def compare(  # noqa: PLR0913 - one parameter a flag
    first: Annotated[
        Path, typer.Argument(metavar="A", help="A JSON result of 'scenario', or a dataset folder.")
    ],
    second: Annotated[Path, typer.Argument(metavar="B", help="The one compared with it.")],
    *,
    providers: options.Providers = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    treatment: options.Treatment = None,
    reweight: options.Reweight = None,
    price: options.Price = None,
    form: outputs.Form = "table",
    output: outputs.Output = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Attribute the difference of two results to price, holdings, mapping and assumptions.

    Options of the question are asked of dataset folders; a JSON result is taken as it stands.
    """
    options.set_verbosity(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk import api
    from flowrisk.dataset.folder import is_folder, located
    from flowrisk.errors import QuestionError

    sides = located(first), located(second)
    wanted = outputs.checked(form, output, is_forced=force)
    given = {
        "providers": providers, "securities": securities, "list": list_id, "method": method,
        "as_of": as_of, "known_on": known_on, "max_age": max_age, "treatment": treatment,
        "reweight": reweight, "price": price,
    }  # fmt: skip
    named = [name for name, value in given.items() if value]
    if named and not any(map(is_folder, sides)):
        raise QuestionError(
            "Options of a question change nothing about two results that are written already.",
            facts={"options": ", ".join(named)},
            remedy="Leave them out, or compare dataset folders.",
        )

    def ask(path: PurePath) -> bytes:
        dataset = api.open_dataset(path)
        return dataset.answer(options.settings_of(dataset, given)).render("json")

    outputs.write_and_print(api.compared(*sides, ask), wanted, output, is_forced=force)
