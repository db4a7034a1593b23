"""A candidate that is a preferred share is found."""

from __future__ import annotations

from collections.abc import Callable

from rows import MINIMAL, SECURITY

Facts = Callable[..., list[tuple[str, str]]]


def test_only_the_preferred_candidate_is_found(facts: Facts) -> None:
    common = MINIMAL["securities"][0]
    preferred = {**common, "security_id": "P", "ticker": "AAAP", "share_class": "preferred"}
    got = facts(
        {"list": "good"}, securities=[common, preferred],
        candidates=[{"list_id": "good", "security_id": SECURITY},
                    {"list_id": "bad", "security_id": "P"}],
    )  # fmt: skip
    assert got == [("bad", "AAAP is a preferred share")]
