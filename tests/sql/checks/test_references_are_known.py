"""Identifiers that lead nowhere are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rows import MINIMAL, SECURITY

Facts = Callable[..., list[tuple[str, str]]]


RATIO = {"provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security"}


@pytest.mark.parametrize(
    ("table", "row", "fact"),
    [
        ("funds", {"fund_id": "F9", "index_id": "nix"}, "F9 names unknown index nix"),
        ("indices", {"index_id": "i9", "provider_id": "nix"}, "i9 names unknown provider nix"),
        ("index_memberships", {"index_id": "nix", "security_id": SECURITY},
         f"{SECURITY} names unknown index nix"),
        ("tracking_ratios", {**RATIO, "provider_id": "nix"},
         f"{SECURITY} names unknown provider nix"),
        ("tracking_ratios", {**RATIO, "applies_to_id": "nix"}, "msci names unknown security nix"),
        ("tracking_ratios", {**RATIO, "applies_to": "index"},
         f"msci names unknown index {SECURITY}"),
        ("candidates", {"list_id": "default", "security_id": "nix"},
         "default names unknown security nix"),
    ],
)  # fmt: skip
def test_unknown_names(table: str, row: dict[str, Any], fact: str, facts: Facts) -> None:
    rows = [*MINIMAL.get(table, []), row]
    assert facts({"securities": "AAA"}, **{table: rows}) == [(table, fact)]


def test_known_names_and_a_fund_that_tracks_no_index_pass(facts: Facts) -> None:
    rows = [{"fund_id": "F1", "index_id": "msci-world"}, {"fund_id": "F2", "index_id": None}]
    ratios = [RATIO, {**RATIO, "applies_to": "index", "applies_to_id": "msci-world"}]
    assert facts(funds=rows, tracking_ratios=ratios) == []
