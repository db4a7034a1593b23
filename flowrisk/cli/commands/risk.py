"""``flowrisk risk``: the distribution of passive selling over exclusions."""

from __future__ import annotations

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.risk import RiskQuestion

EPILOG = """\b
Examples:
  flowrisk risk --probabilities msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25
  flowrisk risk -p msci+nasdaq --probabilities msci=.4,nasdaq=.3 --dependence copula --rho .5
  flowrisk risk -p msci+crsp --probabilities msci=.4,crsp=.25 --uncertainty price=.2 --format json
"""


@asking.spread(RiskQuestion, written=options.PAGED)
def risk(call: Call[RiskQuestion]) -> None:
    """Give the distribution of passive selling over exclusions.

    Each provider excludes with a probability of yours: mean, quantiles, VaR and ES of the sale.
    """
    delivery = call.delivery(is_paged=True)
    choice = call.choice()
    dataset = call.dataset()
    asked = call.question(dataset)
    delivery.deliver(dataset.risked(asked, is_strict=call.is_strict, choice=choice))
