"""The bands of measured pairs: a kind with few pairs takes in those of the next wider kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowrisk.analytics.pair_errors import WIDER, bands

Answer = Callable[..., list[tuple[Any, ...]]]

COLUMNS = "pair_kind size_class low_ratio high_ratio"


def _pair(kind: str, low: float, high: float, count: int = 100, **other: Any) -> dict[str, Any]:
    return {"pair_kind": kind, "size_class": "large", "members_count": count, "q05_ratio": low,
            "q25_ratio": 1.0, "q75_ratio": 1.0, "q95_ratio": high, "inside_ratio": None,
            **other}  # fmt: skip


def _numbered(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "pair_id": f"p{place}"} for place, row in enumerate(pairs)]


def test_three_pairs_of_a_kind_stand_alone_each_with_its_positions(answer: Answer) -> None:
    pairs = [_pair("same-index", 0.99, 1.01), _pair("same-index", 0.97, 1.05, 200),
             _pair("same-index", 0.99, 1.01), _pair("same-provider", 0.5, 2.0)]  # fmt: skip
    rows = {row[0]: row[2:] for row in answer(COLUMNS, pair_errors=_numbered(pairs))}
    assert rows["same-index"] == (pytest.approx(0.98), pytest.approx(1.03))
    assert rows["same-provider"] == (pytest.approx(0.5), pytest.approx(2.0))
    assert "other-provider" not in rows


def test_fewer_take_in_the_wider_kinds_and_grow_no_narrower(answer: Answer) -> None:
    pairs = [_pair("same-provider", 0.8, 1.2), _pair("other-provider", 0.9, 1.3),
             _pair("other-provider", 0.9, 1.3, 300), _pair("same-fund", 0.1, 9.0)]  # fmt: skip
    rows = {row[0]: row[2:] for row in answer(COLUMNS, pair_errors=_numbered(pairs))}
    # (0.8 + 0.9 x 4) / 5 = 0.88 is narrower than the pair's own 0.8, (1.2 + 1.3 x 4) / 5 is not
    assert rows["same-provider"] == (pytest.approx(0.8), pytest.approx(1.28))
    # no pair of one index was measured: its error is that of one provider, never none
    assert rows["same-index"] == rows["same-provider"]
    assert set(rows) == set(WIDER)


PAIRS = st.lists(
    st.builds(
        _pair, st.sampled_from([*WIDER, "same-fund"]), st.floats(0.3, 1.0), st.floats(1.0, 3.0),
        st.integers(20, 2_000), size_class=st.sampled_from(["large", "small"]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=PAIRS)
def test_python_scores_by_the_bands_that_sql_applies(
    pairs: list[dict[str, Any]], answer: Answer
) -> None:
    rows = answer(COLUMNS, pair_errors=_numbered(pairs))
    applied = {row[:2]: row[2:] for row in rows}
    for row in bands(pl.DataFrame(_numbered(pairs), schema_overrides={"inside_ratio": pl.Float64})
                     ).rows(named=True):  # fmt: skip
        key = row["pair_kind"], row["size_class"]
        if row["pair_kind"] in WIDER:
            assert applied[key] == pytest.approx((row["low_ratio"], row["high_ratio"]))
