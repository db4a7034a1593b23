from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.ingest.values import check_digits


@pytest.mark.parametrize(
    ("check", "accepted", "refused"),
    [
        (check_digits.is_isin, "US5949724083", "US5949724084"),
        (check_digits.is_isin, "AU0000XVGZA3", "AU0000XVGZA2"),
        (check_digits.is_cusip, "037833100", "037833101"),
        (check_digits.is_cusip, "G39387108", "G39387018"),
        (check_digits.is_sedol, "0263494", "0263495"),
        (check_digits.is_sedol, "B7TL820", "A7TL820"),
        (check_digits.is_figi, "BBG000BLNNH6", "BBG000BLNNH5"),
        (check_digits.is_lei, "549300WQTWEJUEHXQX21", "549300WQTWEJUEHXQX12"),
    ],
)
def test_a_check_digit_accepts_the_right_one_and_no_other(
    check: Any, accepted: Any, refused: Any
) -> None:
    assert check(accepted)
    assert not check(refused)
    assert not check(f" {accepted}")


def test_a_us_cusip_and_a_canadian_one_form_different_isins() -> None:
    assert check_digits.isin_of_cusip("594972408") == "US5949724083"
    assert check_digits.isin_of_cusip("82509L107", "CA") == "CA82509L1076"


@pytest.mark.parametrize("cusip", ["G39387108", "037833101", "", "03783310*"])
def test_a_cins_or_a_broken_cusip_forms_no_isin(cusip: Any) -> None:
    assert check_digits.isin_of_cusip(cusip) is None


def test_another_country_forms_no_isin_of_a_cusip() -> None:
    assert check_digits.isin_of_cusip("037833100", "KY") is None


@pytest.mark.parametrize("text", ["", " - ", "N/A", "n/a", "000000000", "\u00a0", None])
def test_placeholders_are_missing(text: Any) -> None:
    assert check_digits.cleaned(text) is None


def test_na_is_a_ticker_and_0001_a_hong_kong_one() -> None:
    assert check_digits.cleaned(" na ") == "NA"
    assert check_digits.cleaned("0001") == "0001"


def test_leading_zeros_that_a_spreadsheet_ate_are_restored_and_said() -> None:
    assert check_digits.valid("37833100", check_digits.is_cusip) == (
        "037833100",
        "cusip 37833100 lacked its leading zeros",
    )
    assert check_digits.valid("263494", check_digits.is_sedol)[0] == "0263494"


def test_an_invalid_identifier_is_null_and_said() -> None:
    assert check_digits.valid("BREADUMMY", check_digits.is_cusip) == (
        None,
        "cusip BREADUMMY fails its check digit",
    )


@given(st.text(max_size=30))
def test_no_text_breaks_a_check(text: Any) -> None:
    for check in (
        check_digits.is_isin,
        check_digits.is_cusip,
        check_digits.is_sedol,
        check_digits.is_figi,
        check_digits.is_lei,
    ):
        identifier, objection = check_digits.valid(text, check)
        assert identifier is None or check(identifier)
        assert identifier is None or objection is None or "leading zeros" in objection


@given(
    st.sampled_from(["594972408", "US5949724083", "0263494", "BBG000BLNNH6"]),
    st.lists(st.tuples(st.integers(0, 12), st.sampled_from(" -\u00a0")), max_size=4),
    st.booleans(),
)
def test_blanks_and_hyphens_of_print_do_not_spoil_an_identifier(
    identifier: str, marks: list[tuple[int, str]], is_lower: Any
) -> None:
    """As ``594972 40 8`` in filings and ``us 5949-7240-83`` in letters."""
    checks = {9: check_digits.is_cusip, 7: check_digits.is_sedol}
    check = checks.get(len(identifier)) or (
        check_digits.is_figi if identifier.startswith("BBG") else check_digits.is_isin
    )
    written = identifier.lower() if is_lower else identifier
    for place, mark in marks:
        written = written[:place] + mark + written[place:]
    assert check_digits.valid(written, check) == (identifier, None)
