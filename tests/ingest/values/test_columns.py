from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flowrisk.errors import DataError
from flowrisk.ingest.values.columns import Evidence, Readings, decide

TODAY = date(2026, 1, 31)
ORDERS = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y"}


def read(numbers: Any = (), days: Any = (), **evidence: Any) -> Readings:
    columns = numbers if isinstance(numbers, dict) else {"shares": list(numbers)}
    told = Evidence(today=TODAY, **evidence)
    return decide("file.csv", numbers=columns, days=list(days), evidence=told)


@given(
    st.lists(st.dates(date(2000, 1, 1), TODAY), min_size=1, max_size=60),
    st.sampled_from(sorted(ORDERS)),
    st.sampled_from("/-."),
    st.booleans(),
)
def test_days_written_in_one_order_are_read_in_it_or_not_at_all(
    days: list[date], order: str, mark: str, is_traded: Any
) -> None:
    """No column of days is ever read as other days; one that could be is refused."""
    written = [day.strftime(ORDERS[order].format(mark)) for day in days]
    if is_traded:
        assume(all(day.weekday() < 5 for day in days))
    try:
        readings = read(days=written, is_traded=is_traded)
    except DataError as refusal:
        told = refusal.remedy
        found = []
    else:
        told, found = "", [readings.day(text) for text in written]
    assert found or "--dates" in told
    if not found:
        return
    if is_traded and mark != ".":
        assert found == days or [d for d in found if d and d.weekday() < 5] == found
    if any(day.day > 12 for day in days):
        assert found == days


@given(
    st.lists(st.floats(0.001, 5e7).map(lambda x: round(x, 3)), min_size=1, max_size=40),
    st.sampled_from([".", ","]),
    st.integers(0, 4),
    st.booleans(),
)
def test_numbers_written_with_one_mark_are_read_with_it_or_not_at_all(
    values: list[float], mark: str, places: int, is_grouped: Any
) -> None:
    swap = str.maketrans(".,", ",.") if mark == "," else {}
    form = f"{{:,.{places}f}}" if is_grouped else f"{{:.{places}f}}"
    written = [form.format(value).translate(swap) for value in values]
    try:
        readings = read(written)
    except DataError:
        # what is refused is open: every cell has both readings, or the column has two habits
        assert not is_grouped or len({text.count(mark) for text in written}) >= 1
        return
    for text, value in zip(written, values, strict=True):
        assert readings.number("shares", text) == pytest.approx(round(value, places), rel=1e-9)


@given(st.data())
def test_one_cell_that_has_one_reading_settles_the_file(data: st.DataObject) -> None:
    open_cells = data.draw(st.lists(st.sampled_from(["1,250", "402,125", "28,250"]), max_size=20))
    at = data.draw(st.integers(0, len(open_cells)))
    settled = read([*open_cells[:at], "186,51", *open_cells[at:]])
    assert settled.number("shares", "402,125") == 402.125
    settled = read([*open_cells[:at], "1,234.5", *open_cells[at:]])
    assert settled.number("shares", "402,125") == 402_125


def test_another_column_settles_a_column() -> None:
    readings = read({"shares": ["28.250", "402"], "weight": ["98,12", "1,59"]})
    assert readings.number("shares", "28.250") == 28_250


def test_columns_of_two_habits_are_each_read_in_their_own() -> None:
    readings = read({"value": ["1,234.50"], "price": ["98,12"]})
    assert readings.number("value", "1,234.50") == 1234.5
    assert readings.number("price", "98,12") == 98.12


@pytest.mark.parametrize("cells", [["402,125"], ["28.250", "1.250"], ["1,5", "1.5"]])
def test_figures_that_nothing_settles_are_refused_with_both_readings(cells: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        read(cells)
    told = " ".join([*caught.value.facts, caught.value.remedy])
    assert "decimal point" in told
    assert "decimal comma" in told
    assert "--decimal" in told


def test_the_refusal_of_a_day_names_both_days_and_the_flag() -> None:
    with pytest.raises(DataError) as caught:
        read(days=["03/10/2025"])
    assert set(caught.value.facts.values()) >= {"2025-10-03", "2025-03-10"}
    assert "--dates dmy, mdy" in caught.value.remedy


def test_flags_settle_what_cells_do_not() -> None:
    readings = read(["402,125"], ["03/10/2025"], dates="dmy", decimal=",")
    assert readings.day("03/10/2025") == date(2025, 10, 3)
    assert readings.number("shares", "402,125") == 402.125


def test_weekends_days_to_come_and_ends_of_months_speak() -> None:
    sunday = read(days=["05/11/2025"])
    assert sunday.day("05/11/2025") == date(2025, 11, 5)
    assert "weekend" in sunday.notes[0]
    past = read(days=["05/01/2026"], is_traded=False)
    assert past.day("05/01/2026") == date(2026, 1, 5)
    ends = read(days=["30/09/25", "31/10/25"], is_period_end=True)
    assert ends.day("30/09/25") == date(2025, 9, 30)


def test_what_the_dataset_knows_bears_witness() -> None:
    def witness(readings: Readings) -> int:
        return int(readings.number("close", "177,125") == 177.125)

    readings = read({"close": ["177,125"]}, witness=witness)
    assert readings.number("close", "177,125") == 177.125
    assert "agrees with what is known" in readings.notes[0]


def test_a_habit_that_evidence_speaks_against_is_asked_about() -> None:
    with pytest.raises(DataError, match="month"):
        read(days=["05/11/2025"], convention="mdy")
    assert read(days=["09/05/2025"], convention="mdy").day("09/05/2025") == date(2025, 9, 5)


def test_days_in_two_orders_are_refused() -> None:
    with pytest.raises(DataError, match="two orders"):
        read(days=["13/11/2025", "11/14/2025"])
