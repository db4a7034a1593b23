"""Only what is held under another key of a security asked about, once a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rows import MINIMAL, SECURITY, held

Answer = Callable[..., list[tuple[Any, ...]]]
FIRST = MINIMAL["securities"][0]


def test_a_row_stands_once_however_many_it_may_be_of(answer: Answer) -> None:
    keys = [FIRST, *({**FIRST, "security_id": key, "ticker": "AAA "}
                     for key in ("XNAS:AAA", "US0378331005"))]  # fmt: skip
    holdings = [held("F1", 2.0, security_id=key) for key in (SECURITY, "XNAS:AAA", "XNYS:ZZZ")]
    asked = {"securities": f"{SECURITY},US0378331005"}
    assert answer("security_id shares", asked, securities=keys, holdings=holdings) == [
        ("XNAS:AAA", 2.0)
    ]
