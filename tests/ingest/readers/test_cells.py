from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flowrisk.ingest.readers.cells import day, number


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
        ("09/26/2025", date(2025, 9, 26)),
        ("01/02/2025", date(2025, 1, 2)),
        ("26/09/2025", date(2025, 9, 26)),
        ("18.11.2025", date(2025, 11, 18)),
        ("12-31-2024", date(2024, 12, 31)),
    ],
)
def test_days_as_files_write_them(text: Any, expected: Any) -> None:
    assert day(text) == expected


@pytest.mark.parametrize("text", ["-", "", "31/31/2025", "Foo 3, 2025", "1/1/25", "99999999", None])
def test_what_is_no_day_is_none(text: Any) -> None:
    assert day(text) is None
