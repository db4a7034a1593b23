"""``flowrisk compare``: why two results differ."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Annotated

import typer

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk scenario -o november.json && flowrisk compare november.json november.json
  flowrisk init my-data && flowrisk compare my-data my-data --providers all
  flowrisk init their-data && flowrisk compare their-data their-data --format json
"""


@asking.spread(Question, written=options.PLAIN)
def compare(
    call: Call[Question],
    first: Annotated[
        Path, typer.Argument(metavar="A", help="A JSON result of 'scenario', or a dataset folder.")
    ],
    second: Annotated[
        Path | None,
        typer.Argument(
            metavar="B", show_default=False, help="The one compared with it. [default: as --data]"
        ),
    ] = None,
) -> None:
    """Attribute the difference of two results to its causes.

    Price, holdings, mapping and assumptions add up to the difference.

    Options of the question are asked of dataset folders; a JSON result is taken as it stands.
    """
    delivery = call.delivery()
    from flowrisk import api
    from flowrisk.dataset.folder import is_folder, located

    paths = located(first), located(_second(second, call))
    if not any(map(is_folder, paths)):
        _refuse_idle(call)
    choice = call.choice()

    def ask(path: PurePath) -> bytes:
        dataset = api.open_dataset(path)
        asked = call.question(dataset)
        return dataset.answer(asked, is_strict=call.is_strict, choice=choice).render("json")

    delivery.deliver(api.compared(*paths, ask))


def _second(named: Path | None, call: Call[Question]) -> PurePath:
    from flowrisk.errors import QuestionError

    if named is not None and call.data is not None:
        raise QuestionError(
            "B is named twice.",
            facts={"B": named, "--data": call.data},
            remedy="Name it once, after A or with --data.",
        )
    return call.dataset().path if named is None else named


def _refuse_idle(call: Call[Question]) -> None:
    from flowrisk.errors import QuestionError

    given = {**call.given, **call.engine, "strict": call.is_strict}
    named = [name for name, value in given.items() if value]
    if named:
        raise QuestionError(
            "Options of a question change nothing about two results that are written already.",
            facts={"options": ", ".join(named)},
            remedy="Leave them out, or compare dataset folders.",
        )
