"""``flowrisk screen``: digital-asset ratios against the threshold."""

from __future__ import annotations

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.screen import ScreenQuestion

EPILOG = """\b
Examples:
  flowrisk screen --threshold 0.5
  flowrisk screen --list treasury --coin-price BTC=60000 --review-on 2026-02-27
  flowrisk screen --securities CLSK,RIOT --move buy-with-debt=500m --format csv
"""


@asking.spread(ScreenQuestion, written=options.PAGED, seldom=("providers", "price"))
def screen(call: Call[ScreenQuestion]) -> None:
    """Measure distances to the digital-asset threshold.

    Digital assets over total assets of each issuer, and the coin price that reaches the threshold.
    """
    delivery = call.delivery(is_paged=True)
    choice = call.choice()
    dataset = call.dataset()
    asked = call.question(dataset)
    delivery.deliver(dataset.screened(asked, is_strict=call.is_strict, choice=choice))
