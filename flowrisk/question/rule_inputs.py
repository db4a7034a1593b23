"""What a user knows of a named rule beside the data, as typed: ratios of companies, and tests.

Owns the shapes alone: whether the rule has such an input, and which company is meant, is judged
where the rule is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flowrisk.errors import QuestionError
from flowrisk.question.parsing import named_texts, parse_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

SIDES = ("at_least", "above", "at_most", "below")
_INPUT, _TEST = "--rule-input", "--rule-test"
_INPUT_REMEDY = (
    "Write --rule-input TICKER.INPUT=RATIO, such as MSTR.operating_asset_ratio=0.01, with the "
    "years before after the newest: 0.01:0.02; once a company and input."
)
_TEST_REMEDY = (
    "Write --rule-test INPUT=SIDE:RATIO, such as operating_asset_ratio=at_most:0.5, with SIDE one "
    f"of {', '.join(SIDES)}: on which side a test is failed; once an input."
)


def parse_inputs(texts: object) -> dict[str, tuple[float, ...]]:
    """Parse ``MSTR.operating_asset_ratio=1%:0.02`` into ratios by name, the newest year first.

    Raises: QuestionError for another shape, what is no number, or one given twice.
    """
    found: dict[str, tuple[float, ...]] = {}
    for key, text in named_texts(cast("Mapping[str, float] | str", texts)):
        ticker, _, input_id = key.rpartition(".")
        if not (ticker.strip() and input_id.strip() and text):
            raise _refused(_INPUT, f"{key}={text}", "is not understood", _INPUT_REMEDY)
        if key.casefold() in map(str.casefold, found):
            raise _refused(_INPUT, f"{key}={text}", "is given twice", _INPUT_REMEDY)
        found[key] = tuple(parse_ratio(part, name=f"{_INPUT} {key}") for part in text.split(":"))
    return found


def parse_tests(texts: object) -> dict[str, str]:
    """Parse ``operating_asset_ratio=at_most:50%`` into sides and thresholds (0-1) by input.

    Returns: each as ``side:threshold``, as it is typed; see ``side_and_threshold``.
    Raises: QuestionError for another shape, an unknown side, a threshold outside 0 to 1, or one
        given twice.
    """
    found: dict[str, str] = {}
    for key, text in named_texts(cast("Mapping[str, float] | str", texts)):
        side, _, threshold = text.partition(":")
        if not key or side not in SIDES:
            raise _refused(_TEST, f"{key}={text}", "is not understood", _TEST_REMEDY)
        if key in found:
            raise _refused(_TEST, f"{key}={text}", "is given twice", _TEST_REMEDY)
        ratio = parse_ratio(threshold, name=f"{_TEST} {key}")
        if not 0 <= ratio <= 1:
            raise _refused(_TEST, f"{key}={text}", "has a threshold outside 0 to 1", _TEST_REMEDY)
        found[key] = f"{side}:{ratio!r}"
    return found


def side_and_threshold(test: str) -> tuple[str, float]:
    """Return the side and the threshold (0-1) of a test as ``parse_tests`` gives it."""
    side, _, threshold = test.partition(":")
    return side, float(threshold)


def _refused(flag: str, given: str, why: str, remedy: str) -> QuestionError:
    return QuestionError(f"{flag} {why}.", facts={flag: given}, remedy=remedy)
