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
  flowrisk compare --as-of 2025-10-31 --as-of 2025-11-20 -s MSTR
  flowrisk scenario -o november.json && flowrisk compare november.json november.json
  flowrisk init my-data && flowrisk compare my-data my-data --providers all
"""
_DATES = options.of_question("as_of")[0]._replace(is_repeatable=True)
_SIDES = 2


@asking.spread(Question, written=options.PLAIN, instead=(_DATES,))
def compare(
    call: Call[Question],
    first: Annotated[
        Path | None,
        typer.Argument(
            metavar="A",
            show_default=False,
            help="A JSON result of 'scenario', or a dataset folder. [default: as --data]",
        ),
    ] = None,
    second: Annotated[
        Path | None,
        typer.Argument(
            metavar="B",
            show_default=False,
            help="The one compared with it. [default: as --data; with two dates, A]",
        ),
    ] = None,
) -> None:
    """Attribute the difference of two results to its causes.

    Price, holdings, mapping, issuance and assumptions add up to the difference.

    Options of the question are asked of dataset folders; --as-of given twice is
    that of A and of B. A JSON result is taken as it stands.
    """
    delivery = call.delivery()
    from flowrisk import api
    from flowrisk.dataset.folder import is_folder

    dates = _dates(call)
    paths = _paths(first, second, call, is_dated=len(dates) == _SIDES)
    if not any(map(is_folder, paths)):
        _refuse_idle(call)
    choice = call.choice()

    def ask(path: PurePath, as_of: str | None) -> bytes:
        dataset = api.open_dataset(path)
        asked = call.question(dataset, as_of=as_of)
        return dataset.side(asked, is_strict=call.is_strict, choice=choice)

    sides = zip(paths, (dates[0], dates[-1]), strict=True)
    delivery.deliver(
        api.compared(*((path, lambda path, day=day: ask(path, day)) for path, day in sides))
    )


def _dates(call: Call[Question]) -> list[str | None]:
    """Return one date for both sides, or one of each."""
    from flowrisk.errors import QuestionError

    dates = call.given["as_of"] or [None]
    if len(dates) > _SIDES:
        raise QuestionError(
            "Two results are compared, of one date each.",
            facts={"--as-of": ", ".join(dates)},
            remedy="Give --as-of once for both, or twice: of A, then of B.",
        )
    return list(dates)


def _paths(
    first: Path | None, second: Path | None, call: Call[Question], *, is_dated: bool
) -> tuple[PurePath, PurePath]:
    from flowrisk.dataset.folder import located
    from flowrisk.errors import QuestionError

    if second is not None and call.data is not None:
        raise QuestionError(
            "B is named twice.",
            facts={"B": second, "--data": call.data},
            remedy="Name it once, after A or with --data.",
        )
    if first is None and not is_dated:
        raise QuestionError(
            "There is nothing to compare.",
            facts={"A": "none given"},
            remedy="Name two results or datasets, or give --as-of twice.",
        )
    before = located(first) if first is not None else call.dataset().path
    if second is not None:
        return before, located(second)
    return before, before if is_dated and call.data is None else call.dataset().path


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
