"""``flowrisk backtest``: past forecasts against what was published, positions against positions."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk backtest
  flowrisk backtest --format csv
  flowrisk backtest --leave-one-out --data my-data
  flowrisk backtest -o backtest.json
"""


@asking.spread(beside=(options.DATASET, options.MEMORY), written=options.PLAIN)
def backtest(
    call: Call[Question],
    *,
    leave_one_out: Annotated[
        bool,
        typer.Option(
            "--leave-one-out",
            help="Foretell each fund's positions from another fund's instead: the measured error.",
        ),
    ] = False,
) -> None:
    """Compare past forecasts with published figures.

    Index changes that are over, in shares.
    """
    call.stay_here("A back-test")
    delivery = call.delivery()
    dataset = call.dataset()
    told = dataset.leave_one_out if leave_one_out else dataset.backtested
    delivery.deliver(told(call.question(dataset)))
