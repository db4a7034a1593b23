"""What a dataset knows, listed by kind and found by name."""

from __future__ import annotations

import pytest

import flowrisk
from flowrisk.errors import QuestionError
from flowrisk.query import listings


@pytest.mark.parametrize("kind", listings.KINDS)
def test_every_kind_is_listed(kind: str) -> None:
    frame = flowrisk.open_dataset().list(kind)
    assert frame.height
    assert frame.rows() == sorted(frame.rows(), key=lambda row: row[:1])


def test_the_lists_say_who_is_on_them() -> None:
    (row,) = flowrisk.open_dataset().list("lists").filter(list_id="miners").rows()
    assert row == ("miners", 5, "CIFR CLSK IREN MARA RIOT")


def test_another_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(QuestionError, match="nearest: securities"):
        flowrisk.open_dataset().list("security")


@pytest.mark.parametrize(
    ("name", "found"),
    [("msci-acwi", "msci-acwi"), ("MSCI ACWI", "msci-acwi"), ("the msci acwi index", "msci-acwi")],
)
def test_an_index_is_found_by_id_or_name(name: str, found: str) -> None:
    assert listings.only(flowrisk.open_dataset(), "indices", name) == found


def test_a_part_of_several_names_is_refused_with_all() -> None:
    with pytest.raises(QuestionError, match="more than one of the indices"):
        listings.only(flowrisk.open_dataset(), "indices", "msci")
