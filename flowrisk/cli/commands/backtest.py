"""``flowrisk backtest``: past forecasts against what was published."""

from __future__ import annotations

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk backtest
  flowrisk backtest --format csv
  flowrisk backtest -o backtest.json
"""


@asking.spread(beside=(options.DATASET,), written=options.PLAIN)
def backtest(call: Call[Question]) -> None:
    """Score past forecasts against published figures.

    Index changes that are over, in shares.
    """
    delivery = call.delivery()
    dataset = call.dataset()
    delivery.deliver(dataset.backtested(call.question(dataset)))
