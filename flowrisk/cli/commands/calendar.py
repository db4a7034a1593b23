"""``flowrisk calendar``: when trackers trade, and how much falls on each session."""

from __future__ import annotations

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk calendar --securities MSTR
  flowrisk calendar --providers all --list treasury --format csv
  flowrisk calendar --securities MSTR --auction-share 0.10 -o sessions.ics
"""


@asking.spread(Question, written=options.SCHEDULED)
def calendar(call: Call[Question]) -> None:
    """List trade sessions and what falls on each.

    Each provider's next review after the decision awaited: announced, decided, traded and in force,
    with the outflow, and the sums by session as multiples of volume and of closing auctions.
    """
    delivery = call.delivery(is_calendar=True)
    choice = call.choice()
    dataset = call.dataset()
    asked = call.question(dataset)
    delivery.deliver(dataset.scheduled(asked, is_strict=call.is_strict, choice=choice))
