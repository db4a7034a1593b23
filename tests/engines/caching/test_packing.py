"""What is kept comes back as it was, with its types; what would not is refused."""

from __future__ import annotations

import datetime as dt
import decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from flowrisk.engines.caching import packing

VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.dates(),
    st.datetimes().map(lambda at: at.replace(fold=0)),
    st.lists(st.one_of(st.none(), st.text(), st.dates()), max_size=3),
)  # fmt: skip


def typed(rows: object) -> str:
    """Return rows as a text in which 1, 1.0 and True differ."""
    return repr(rows)


@given(st.lists(st.tuples(VALUES, VALUES), max_size=4))
def test_rows_come_back_with_their_types(rows: list[tuple[object, ...]]) -> None:
    assert typed(packing.tuples(packing.packed_tuples(rows))) == typed(rows)
    named = [dict(zip(("a_usd", "b_on"), row, strict=True)) for row in rows]
    assert typed(packing.rows(packing.packed_rows(named))) == typed(named)


def test_what_is_no_number_comes_back() -> None:
    ends = [(float("inf"), -0.0, float("-inf"))]
    assert typed(packing.tuples(packing.packed_tuples(ends))) == typed(ends)


def test_a_frame_comes_back_with_its_types() -> None:
    frame = pl.DataFrame(
        {
            "fund_id": ["F1", None],
            "as_of_on": [dt.date(2025, 11, 20), None],
            "outflow_usd": [2.8e9, None],
            "unknown": pl.Series([None, None], dtype=pl.Float64),
            "count": pl.Series([1, 2], dtype=pl.Int32),
        }
    )
    for each in (frame, frame.clear()):
        assert_frame_equal(packing.frame(packing.packed_frame(each)), each)


@pytest.mark.parametrize(
    "value",
    [decimal.Decimal("1.5"), b"x", dt.timedelta(1), dt.time(1), (1, 2), {1: "a"}, {"$day": "x"}],
)
def test_what_would_come_back_as_something_else_is_not_packed(value: object) -> None:
    with pytest.raises(TypeError):
        packing.packed_tuples([(None,), (value,)])


def test_what_is_too_large_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"text": ["x" * 2_000]})
    assert packing.packed_frame(frame)
    assert packing.packed_tuples([("x" * 2_000,)])
    monkeypatch.setattr(packing, "ONE_BYTES", 2_000)
    with pytest.raises(TypeError):
        packing.packed_tuples([("x" * 2_000,)])
    for each in (frame, frame.head(0).with_columns(pl.lit("x").alias("y" * 2_000))):
        with pytest.raises(TypeError):
            packing.packed_frame(each)
