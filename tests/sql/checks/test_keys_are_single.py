"""The whole dataset is looked through for two keys of one security."""

from __future__ import annotations

from collections.abc import Callable

from rows import MINIMAL, SECURITY

Facts = Callable[..., list[tuple[str, str]]]


def test_each_pair_is_named_once(facts: Facts) -> None:
    first = {**MINIMAL["securities"][0], "security_name": "Alpha Corp"}
    assert facts(securities=[first]) == []
    other = {**first, "security_id": "XNAS:AAA", "security_name": "ALPHA CORP/THE"}
    assert facts({"securities": SECURITY}, securities=[first, other]) == [
        (SECURITY, "may be XNAS:AAA, ALPHA CORP/THE")
    ]
