"""What the tests of the engines share: findings that say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowrisk.domain import Finding

_NUMBER = re.compile(r"\d+\.\d+(?:[eE][+-]?\d+)?")


def comparable(findings: Iterable[Finding]) -> Sequence[Finding]:
    """The findings with the numbers in their examples at ten digits: the order in which an engine
    adds decides about the last."""
    return [
        replace(each, examples=tuple(_NUMBER.sub(_rounded, text) for text in each.examples))
        for each in findings
    ]


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.10g}"
