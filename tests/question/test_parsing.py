"""The question in the user's words: what is understood, and what is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from flowrisk import domain
from flowrisk.domain import ProviderSet
from flowrisk.errors import QuestionError
from flowrisk.question import parsing

KNOWN = ["crsp", "msci", "nasdaq"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("msci", [("msci", ("msci",))]),
        ("msci,all", [("msci", ("msci",)), ("all", ("all",))]),
        (" msci , msci+nasdaq ", [("msci", ("msci",)), ("msci+nasdaq", ("msci", "nasdaq"))]),
        (["msci", "crsp,all"], [("msci", ("msci",)), ("crsp", ("crsp",)), ("all", ("all",))]),
        ("msci,msci", [("msci", ("msci",))]),
    ],
)
def test_provider_sets(text: Any, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    assert parsing.parse_provider_sets(text) == tuple(ProviderSet(*each) for each in expected)


@pytest.mark.parametrize("text", ["", " ", ",", "msci,", "msci,,all", "msci+", "+", [], [""]])
def test_an_empty_place_among_providers_is_refused(text: Any) -> None:
    with pytest.raises(QuestionError, match="empty place"):
        parsing.parse_provider_sets(text)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("msci",), ("msci",)), (("MSCI",), ("msci",)), (("nasdaq", "crsp"), ("crsp", "nasdaq")),
        (("msci", "msci"), ("msci",)), (("all",), ("crsp", "msci", "nasdaq")),
        (("all", "msci"), ("crsp", "msci", "nasdaq")),
    ],
)  # fmt: skip
def test_a_set_is_a_union_of_known_providers(
    names: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert parsing.resolve_provider_set(ProviderSet("x", names), KNOWN).provider_ids == expected


def test_an_unknown_provider_is_refused_with_the_known_and_the_nearest() -> None:
    with pytest.raises(QuestionError) as error:
        parsing.resolve_provider_set(ProviderSet("mcsi", ("mcsi",)), KNOWN)
    assert "'mcsi'" in error.value.problem
    assert error.value.facts == {"known providers": "crsp, msci, nasdaq", "nearest": "msci"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2.8bn", 2.8e9), ("2.8B", 2.8e9), ("$2.8 bn", 2.8e9), ("2_800_000_000", 2.8e9),
        ("2,800,000,000", 2.8e9), ("177.13", 177.13), ("1.5tn", 1.5e12), ("3k", 3e3),
        ("3mn", 3e6), ("-5", -5.0), ("1e3", 1e3), (5, 5.0), (0.2, 0.2),
    ],
)  # fmt: skip
def test_amounts(text: Any, expected: float) -> None:
    assert parsing.parse_amount(text, name="x") == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1.2.3", "5 %", "nan", "inf", "1e999", "2.8bx", "0x10", "1,5", "1,,000", "12,34",
     "1000,000", True, None, float("nan"), float("inf"), "１２"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_by_its_name(text: Any) -> None:
    with pytest.raises(QuestionError, match="--thing"):
        parsing.parse_amount(text, name="--thing")


@pytest.mark.parametrize(
    "value",
    ["2025-11-20", " 2025-11-20 ", dt.date(2025, 11, 20), dt.datetime(2025, 11, 20, 9)],  # noqa: DTZ001
)
def test_dates(value: Any) -> None:
    parsed = parsing.parse_date(value, name="x")
    assert parsed == dt.date(2025, 11, 20)
    assert type(parsed) is dt.date


@pytest.mark.parametrize("text", ["2025-13-01", "20.11.2025", "", "tomorrow", 5])
def test_what_is_no_date_is_refused_by_its_name(text: Any) -> None:
    with pytest.raises(QuestionError, match="--as-of"):
        parsing.parse_date(text, name="--as-of")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["MSTR=177.13"], {"MSTR": 177.13}), ("MSTR=177.13", {"MSTR": 177.13}),
        (["A=1,B=2", "C=3"], {"A": 1.0, "B": 2.0, "C": 3.0}), ({"A": 1}, {"A": 1.0}),
        ({"A": 1e-5}, {"A": 1e-5}),
    ],
)  # fmt: skip
def test_prices(given: Any, expected: dict[str, float]) -> None:
    assert parsing.parse_prices(given) == expected


@pytest.mark.parametrize(
    "given",
    [["MSTR"], ["=5"], ["A=0"], ["A=-1"], ["A=1", "A=2"], ["A=1", "a=2"], ["A=x"], ["A="], [""],
     {"A": float("inf")}, {"A": True}],
)  # fmt: skip
def test_prices_that_cannot_be_used_are_refused(given: Any) -> None:
    with pytest.raises(QuestionError, match=r"--price|price could"):
        parsing.parse_prices(given)


def test_names_keep_their_order_and_stand_once() -> None:
    assert parsing.parse_names(["B, A", "B"], name="x") == ("B", "A")
    assert parsing.parse_names(None, name="x") == ()
    with pytest.raises(QuestionError, match="--securities has an empty place"):
        parsing.parse_names("A,,B", name="--securities")


def test_choose_folds_case_and_names_the_nearest() -> None:
    assert parsing.choose(" Auto ", domain.METHODS, name="x") == "auto"
    with pytest.raises(QuestionError) as error:
        parsing.choose("observd", domain.METHODS, name="--method")
    assert error.value.facts["nearest"] == "observed"
