"""``flowrisk scenario``: outflows per scenario."""

from __future__ import annotations

from flowrisk.cli import asking, diagnostics, options
from flowrisk.cli.asking import Call
from flowrisk.question.scenario import ScenarioQuestion

EPILOG = """\b
Examples:
  flowrisk scenario --providers msci,all
  flowrisk scenario --providers nasdaq,msci+nasdaq --securities MSTR --price MSTR=150
  flowrisk scenario --list miners --method observed --format csv
  flowrisk scenario --as-of 2026-02-27 --treatment msci=freeze
  flowrisk scenario --preset january-2026
"""


@asking.spread(ScenarioQuestion, written=options.BOARD)
def scenario(call: Call[ScenarioQuestion]) -> None:
    """Estimate passive selling if providers delete securities.

    Outflows by provider set: what index-tracking funds must sell if providers delete, freeze or
    reweight the securities asked about.
    """
    delivery = call.delivery(is_paged=True)
    delivery.prepare("scenario")
    choice = call.choice()
    dataset = call.dataset()
    asked = call.question(dataset)
    from flowrisk.answers.scenario import MARTS
    from flowrisk.text.scenario import MARTS as MARTS_OF_TABLE
    from flowrisk.text.scenario import TIMED_MARTS

    is_timed = diagnostics.reporter.is_verbose
    spoken = (*MARTS_OF_TABLE, *TIMED_MARTS) if is_timed else MARTS_OF_TABLE
    result = dataset.answer(
        asked,
        is_strict=call.is_strict,
        marts=MARTS if delivery.is_whole else spoken,
        is_framed=delivery.is_whole or is_timed,
        choice=choice,
    )
    delivery.deliver(result)
