"""``flowrisk check``: data-quality checks over a whole dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk check
  flowrisk check --format json
  flowrisk check --as-of 2025-10-31 --format csv
"""

_ABOUT = ("as_of", "known_on", "max_age")


@asking.spread(
    beside=(*options.of_question(*_ABOUT), options.DATASET, options.MEMORY, options.STRICT),
    written=options.ROWS,
)
def check(
    call: Call[Question],
    folder: Annotated[
        Path | None,
        typer.Argument(show_default=False, help="Dataset folder. [default: as --data]"),
    ] = None,
) -> None:
    """Run every data-quality check over a dataset.

    Each ends as pass, note, warn or fail (exit code 3).
    """
    call.stay_here("A check")
    delivery = call.row_delivery()
    dataset = call._replace(data=_folder(folder, call)).dataset()
    checkup = dataset.checked(call.question(dataset))
    checkup.enforce(is_strict=call.is_strict)
    delivery.deliver(checkup.frame)


def _folder(named: Path | None, call: Call[Question]) -> Path | None:
    from flowrisk.errors import QuestionError

    if named is not None and call.data is not None and named != call.data:
        raise QuestionError(
            "The dataset is named twice.",
            facts={"FOLDER": named, "--data": call.data},
            remedy="Name it once.",
        )
    return named or call.data
