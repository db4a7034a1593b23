"""What trades beside the flow, as typed."""

from __future__ import annotations

from typing import Any

import pytest

from flowrisk.errors import QuestionError
from flowrisk.question.beside import parse_beside


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("MSTR.short-interest=30m", {"MSTR.short-interest": (3e7,)}),
        ("BRK.B.on-loan=1_000,MSTR.leveraged=2:1.5bn:-2:300m",
         {"BRK.B.on-loan": (1000.0,), "MSTR.leveraged": (2.0, 1.5e9, -2.0, 3e8)}),
        (["A.convert-hedge=0", "B.convert-hedge=1"],
         {"A.convert-hedge": (0.0,), "B.convert-hedge": (1.0,)}),
        ({"MSTR.leveraged": [2, 1.5e9]}, {"MSTR.leveraged": (2.0, 1.5e9)}),
    ],
)  # fmt: skip
def test_what_is_given(given: Any, expected: dict[str, tuple[float, ...]]) -> None:
    assert parse_beside(given) == expected


@pytest.mark.parametrize(
    "given",
    ["MSTR=30m", "MSTR.short=30m", ".short-interest=30m", "MSTR.short-interest=", "short-interest",
     "MSTR.short-interest=-1", "MSTR.short-interest=1:2", "MSTR.short-interest=ten",
     "MSTR.short-interest=inf", "MSTR.leveraged=2", "MSTR.leveraged=2:1bn:3",
     "MSTR.leveraged=1:1bn", "MSTR.leveraged=0:1bn", "MSTR.leveraged=2:-1bn",
     "A.on-loan=1,a.ON-loan=2", "A.on-loan=1,a.on-loan=2"],
)  # fmt: skip
def test_what_cannot_be_used(given: str) -> None:
    with pytest.raises(QuestionError) as refused:
        parse_beside(given)
    assert "--beside" in str(refused.value)
