"""``flowrisk calibrate``: what reproduces a published figure."""

from __future__ import annotations

from typing import Annotated

import typer

from flowrisk.cli import asking, options
from flowrisk.cli.asking import Call
from flowrisk.question.question import Question

EPILOG = """\b
Examples:
  flowrisk calibrate --target msci=2.8bn,all=8.8bn --security MSTR
  flowrisk calibrate --target msci+nasdaq=4bn --security MSTR --price MSTR=206.80
  flowrisk calibrate --target all=8.0bn --security MSTR --format json
"""


@asking.spread(Question, written=options.PLAIN, seldom=("providers",))
def calibrate(
    call: Call[Question],
    *,
    target: Annotated[
        list[str],
        typer.Option(
            "--target",
            "-t",
            metavar="SETS=USD",
            help="Published outflow of a set of providers: msci=2.8bn,all=8.8bn. Repeatable.",
        ),
    ],
) -> None:
    """Find what reproduces a published estimate.

    A tracking ratio, a price date or a set of providers; for one security, such as -s MSTR.
    """
    delivery = call.delivery()
    choice = call.choice()
    dataset = call.dataset()
    asked = call.question(dataset)
    delivery.deliver(dataset.calibrated(asked, target, is_strict=call.is_strict, choice=choice))
