from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from flowrisk.errors import ModelError, QuestionError
from flowrisk.ingest.readers import parsed
from flowrisk.ingest.readers.parsed import POSITIONS, REPORTS, Collected, Hints

REPORT = {"fund_id": "F", "as_of_on": date(2025, 6, 30), "holdings_scope": "full"}
POSITION = {"fund_id": "F", "as_of_on": date(2025, 6, 30), "row_number": 1, "kind": "equity"}


def test_what_a_row_lacks_is_null_and_types_hold() -> None:
    collected = Collected(read_count=1, reports=[REPORT], positions=[POSITION])
    frames = collected.frozen()
    assert dict(frames.positions.collect_schema()) == dict(POSITIONS)
    assert frames.positions.lazy().collect().row(0, named=True)["shares"] is None
    assert frames.managers.lazy().collect().is_empty()


def test_an_unknown_kind_and_an_orphan_are_our_fault() -> None:
    for position in ({**POSITION, "kind": "stock"}, {**POSITION, "fund_id": "G"}):
        with pytest.raises(ModelError, match="unknown kind or without a report"):
            Collected(read_count=1, reports=[REPORT], positions=[position]).frozen()


def test_a_frame_of_another_schema_is_our_fault() -> None:
    with pytest.raises(ModelError, match="wrong columns or types"):
        parsed.assembled(
            reports=parsed.empty(REPORTS).with_columns(is_amendment=pl.lit("no")), read_count=0
        )


def test_a_row_that_is_in_no_frame_is_our_fault() -> None:
    with pytest.raises(ModelError, match="not accounted for"):
        Collected(read_count=2, reports=[REPORT], positions=[POSITION]).frozen()


def test_notes_are_said_once() -> None:
    assert parsed.assembled(notes=["a", "b", "a"], read_count=0).notes == ("a", "b")


def test_slugs_are_plain() -> None:
    assert parsed.slug("SPDR® S&P 500® ETF Trust") == "spdr-s-p-500-etf-trust"


def test_one_hint_names_one_fund() -> None:
    assert parsed.only_fund(["QQQ"], Hints(fund_id="X")) == {"QQQ": "X"}
    assert parsed.only_fund(["QQQ", "QQM"], Hints()) == {"QQQ": "QQQ", "QQM": "QQM"}
    with pytest.raises(QuestionError, match="several funds"):
        parsed.only_fund(["QQQ", "QQM"], Hints(fund_id="X"))
