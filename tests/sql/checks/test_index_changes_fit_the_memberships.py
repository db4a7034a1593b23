"""Who enters an index is no member of it yet, and who leaves one is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from moved import FAMILY

Facts = Callable[..., list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("treatment", "found"),
    [
        ("small=include", []),
        ("msci-world=exclude", []),
        ("exclude", []),
        ("msci-world=include", [("AAA", "a member of msci-world already")]),
        ("small=exclude", [("AAA", "no member of small")]),
        ("msci=include", [("AAA", "a member of msci already")]),
    ],
)
def test_changes_that_contradict_the_memberships_are_said(
    treatment: str, found: list[tuple[str, str]], facts: Facts
) -> None:
    assert facts({"providers": "msci", "treatment": treatment}, **FAMILY) == found
