"""Which indices contain a security, with the provider's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rows import Rows

Answer = Callable[..., list[tuple[Any, ...]]]
Market = dict[str, "Rows"]


def member(index_id: str, security_id: str, on: date, basis: str) -> dict[str, Any]:
    return {"index_id": index_id, "security_id": security_id, "as_of_on": on, "basis": basis}


def test_the_newest_row_of_each_index_counts_and_keeps_its_basis(
    answer: Answer, market: Market
) -> None:
    rows = [member("world", "AAA-ID", date(2025, 6, 30), "reported"),
            member("world", "AAA-ID", date(2025, 10, 31), "inferred"),
            member("n100", "AAA-ID", date(2025, 11, 20), "reported"),
            member("imi", "AAA-ID", date(2025, 11, 21), "reported")]  # fmt: skip
    got = answer("ticker index_name provider_name as_of_on basis",
                 **{**market, "index_memberships": rows})  # fmt: skip
    assert got == [("AAA", "World", "MSCI", date(2025, 10, 31), "inferred"),
                   ("AAA", "N100", "Nasdaq", date(2025, 11, 20), "reported")]  # fmt: skip


def test_a_provider_without_a_name_goes_by_its_id(answer: Answer, market: Market) -> None:
    rows = [member("world", "BBB-ID", date(2025, 10, 31), "reported")]
    got = answer("ticker provider_name",
                 **{**market, "providers": [], "index_memberships": rows})  # fmt: skip
    assert got == [("BBB", "msci")]
