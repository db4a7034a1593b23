from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.ingest.values.cells import day, days_of, factor_of, marks_of, number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5,457,761", 5457761.0),
        ("$1,686,775,614.66", 1686775614.66),
        ("9.28%", 9.28),
        ("(1,234.50)", -1234.5),
        ("-13,136,461.00", -13136461.0),
        ("$(12.00)", -12.0),
        ("($12.00)", -12.0),
        ("-$5", -5.0),
        ("1 234 567", 1234567.0),
        ("1\u00a0234", 1234.0),
        ("1'234'567.5", 1234567.5),
        (".25", 0.25),
        ("-.25", -0.25),
        ("1.5E+07", 15000000.0),
        ("-123456789012345678901234", -1.2345678901234568e23),
        ("0", 0.0),
    ],
)
def test_numbers_as_files_write_them(text: Any, expected: Any) -> None:
    assert number(text) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("text", ["", "-", "--", "N/A", "null", "NaN", "\u00a0", None, "$-"])
def test_missing_numbers_are_none_not_zero(text: Any) -> None:
    assert number(text) is None


@pytest.mark.parametrize(
    "text",
    ["1.234,56", "12,5", "1,2345", "12,34,567", "abc", "1e999", "inf", "5 shares", "٣", "9" * 65],
)
def test_what_is_no_number_is_refused_not_guessed(text: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        number(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nov 18, 2025", date(2025, 11, 18)),
        ("November 18, 2025", date(2025, 11, 18)),
        ("18-Nov-2025", date(2025, 11, 18)),
        ("18/Nov/2025", date(2025, 11, 18)),
        ("31-MAR-2024", date(2024, 3, 31)),
        ("2025-11-18", date(2025, 11, 18)),
        ("2020-07-27 04:00:00+00:00", date(2020, 7, 27)),
        ("20251118", date(2025, 11, 18)),
        ("2025-09-30 00:00:00", date(2025, 9, 30)),
        ("18.Nov.2025", date(2025, 11, 18)),
        ("18. November 2025", date(2025, 11, 18)),
        ("3. März 2025", date(2025, 3, 3)),
        ("26-mag-2025", date(2025, 5, 26)),
        ("1 décembre 2025", date(2025, 12, 1)),
        ("2025年11月18日", date(2025, 11, 18)),
    ],
)
def test_days_as_files_write_them(text: Any, expected: Any) -> None:
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09/26/2025", {"mdy": date(2025, 9, 26)}),
        ("26-09-2025", {"dmy": date(2025, 9, 26)}),
        ("01/02/2025", {"dmy": date(2025, 2, 1), "mdy": date(2025, 1, 2)}),
        ("03/11/25", {
            "dmy": date(2025, 11, 3), "mdy": date(2025, 3, 11), "ymd": date(2003, 11, 25),
        }),
        ("18-Nov-25", {"dmy": date(2025, 11, 18), "ymd": date(2018, 11, 25)}),
        ("18112025", {"dmy": date(2025, 11, 18)}),
        ("18 marras 2025", {}),
        ("2025-11-18", {}),
    ],
)  # fmt: skip
def test_a_day_in_figures_is_read_in_the_order_given_and_else_not(text: Any, expected: Any) -> None:
    assert day(text) == (date(2025, 11, 18) if text == "2025-11-18" else None)
    assert days_of(text) == expected
    for order, read in expected.items():
        assert day(text, order) == read


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("1,234", ".,"), ("1.234", ".,"), ("0,125", ","), ("0.125", "."), ("186,51", ","),
        ("1.234.567", ","), ("1,234,567", "."), ("1.234,56", ","), ("1,234.56", "."),
        ("1234,567", ","), ("1234", ""), ("n/m", ""), ("", ""), ("(1.234,5)", ","), ("8,5M", ","),
    ],
)  # fmt: skip
def test_the_marks_under_which_a_cell_is_a_number(text: Any, marks: Any) -> None:
    assert marks_of(text) == frozenset(marks)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.234,56", 1234.56), ("28’250,5", 28250.5), ("1.234.567", 1234567.0), ("-0,5", -0.5),
        ("€ 1.000,00", 1000.0), ("1\u202f234,5", 1234.5),
    ],
)  # fmt: skip
def test_numbers_with_a_decimal_comma(text: Any, expected: Any) -> None:
    assert number(text, ",") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30.00M", 30e6), ("16,500.5K", 16_500_500.0), ("0.019B", 19e6), ("8.5 mn", 8.5e6),
        ("2 Mio.", 2e6), ("$129.4B", 129.4e9), ("20", 20.0),
    ],
)  # fmt: skip
def test_letters_of_units_count_where_they_may_stand(text: Any, expected: Any) -> None:
    assert number(text, has_units=True) == expected
    if text[-1].isalpha():
        with pytest.raises(ValueError, match=r"."):
            number(text)


@pytest.mark.parametrize("text", ["-", "", "31/31/2025", "Foo 3, 2025", "99999999", None])
def test_what_is_no_day_is_none(text: Any) -> None:
    assert day(text) is None


_UNITS = {1e3: ("000", "000s", "'000", "thousands", "k", "Tsd."), 1e6: ("m", "mm", "Mio.", "mn"),
          1e9: ("bn", "Mrd.")}  # fmt: skip


@given(
    unit=st.sampled_from([(factor, word) for factor, words in _UNITS.items() for word in words]),
    header=st.sampled_from(
        ["Shares ({})", "Market Value (US$ {})", "Bestand [{}]", "Marktwert ({} EUR)"]
    ),
    is_upper=st.booleans(),
)
def test_a_header_says_what_its_figures_count_in(
    unit: tuple[float, str], header: str, *, is_upper: bool
) -> None:
    factor, word = unit
    text = header.format(word)
    assert factor_of(text.upper() if is_upper else text) == factor


@pytest.mark.parametrize(
    "header",
    ["Shares", "Market Value ($)", "Market Value (USD)", "Weight (%)", "Kurs in EUR",
     "Value in USD", "Quantity (Main)", "% of market value", "Shares in fund",
     "Name (short)", "MM", "Par (local)"],
)  # fmt: skip
def test_a_header_without_a_unit_counts_ones(header: str) -> None:
    assert factor_of(header) == 1


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(["{}", "{}.0", "{}.5"]))
def test_the_number_of_a_day_in_a_spreadsheet_is_that_day(on: date, form: str) -> None:
    assert day(form.format((on - date(1899, 12, 30)) // timedelta(days=1))) == on


@pytest.mark.parametrize("text", ["36525", "73051", "12345", "99999", "4597", "459790"])
def test_other_numbers_are_no_days(text: str) -> None:
    assert day(text) is None
