"""``flowrisk explain``: one figure, from formula to files."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, completion, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk explain MSTR --provider msci
  flowrisk explain MSTR --provider nasdaq --scenario all --price MSTR=150
  flowrisk explain MARA --provider crsp --format json
"""


@asking.spread(Question, written=options.PLAIN)
def explain(
    call: Call[Question],
    security: Annotated[
        str | None,
        typer.Argument(
            metavar="SECURITY",
            autocompletion=completion.of("tickers"),
            show_default=False,
            help="Ticker or ISIN. [default: that of --securities]",
        ),
    ] = None,
    *,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--scenario",
            show_default=False,
            metavar="SET",
            autocompletion=completion.of("providers"),
            help="The scenario the figure stands in: all, msci+nasdaq. [default: the provider]",
        ),
    ] = None,
) -> None:
    """Trace a figure to its formula, SQL, rows and files.

    The figure is what trackers of one --provider must sell of one security.
    """
    delivery = call.delivery()
    choice = call.choice()
    provider = _provider(call.given["providers"])
    dataset = call.dataset()
    asked = call.question(dataset, providers=None, securities=_security(security, call))
    result = dataset.explained(
        asked, provider=provider, scenario_id=scenario, is_strict=call.is_strict, choice=choice
    )
    delivery.deliver(result)


def _provider(given: list[str] | None) -> str:
    from flowrisk.errors import QuestionError
    from flowrisk.question.parsing import parse_provider_sets

    names = [name for each in (parse_provider_sets(given) if given else ()) for name in each.names]
    if len(names) != 1:
        raise QuestionError(
            "An explanation is about the trackers of one provider.",
            facts={"--provider": ", ".join(names) or "none given"},
            remedy="Name it with --provider msci; --scenario is the set it stands in.",
        )
    return names[0]


def _security(named: str | None, call: Call[Question]) -> list[str] | None:
    from flowrisk.errors import QuestionError

    given: list[str] | None = call.given["securities"]
    if named is not None and given:
        raise QuestionError(
            "The security is named twice.",
            facts={"SECURITY": named, "--securities": ", ".join(given)},
            remedy="Name it once.",
        )
    return given if named is None else [named]
