"""A book matched against the data: securities by any identifier, indices by id or name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rows import AS_OF, MINIMAL, SECURITY, by_code, line

from flowrisk.domain import KnownSecurity
from flowrisk.errors import DataError, QuestionError
from flowrisk.question import book

if TYPE_CHECKING:
    from collections.abc import Callable

    from rows import Rows

    from flowrisk.dataset.warehouse import Warehouse

OTHER = {**MINIMAL["securities"][0], "security_id": "JP3350000000", "ticker": "3350",
         "issuer_id": "meta"}  # fmt: skip
DATA: dict[str, Rows] = {
    "securities": [*MINIMAL["securities"], OTHER],
    "security_identifiers": [
        {"scheme": "cusip", "value": "037833100", "security_id": SECURITY},
        {"scheme": "sedol", "value": "0263494", "security_id": SECURITY},
        {"scheme": "figi", "value": "BBG000B9XRY4", "security_id": SECURITY},
        {"scheme": "ticker+mic", "value": "XNAS:AAA", "security_id": SECURITY},
        {"scheme": "ticker+mic", "value": "XNAS:OLD", "security_id": SECURITY},
        {"scheme": "isin", "value": "US9999999999", "security_id": "GONE"},
    ],
    "indices": [*MINIMAL["indices"],
                {"index_id": "twin-1", "provider_id": "msci", "index_name": "Twin"},
                {"index_id": "twin-2", "provider_id": "msci", "index_name": "Twin"}],
}  # fmt: skip
KNOWN = [KnownSecurity(*(str(each.get(name, "")) for name in KnownSecurity._fields))
         for each in DATA["securities"]]  # fmt: skip


def rows_of(question: Callable[..., Warehouse], *lines: book.Line) -> list[tuple[Any, ...]]:
    """The rows of ``scenario.book``."""
    return question({"book": lines}, **DATA).engine.rows("select * from scenario.book")


@pytest.mark.parametrize(
    "identifier",
    ["AAA", "aaa", SECURITY, SECURITY.lower(), "037833100", "37833100", "0263494", "263494",
     "BBG000B9XRY4", "XNAS:AAA"],
)  # fmt: skip
def test_a_security_goes_by_any_identifier(
    identifier: str, question: Callable[..., Warehouse]
) -> None:
    (row,) = rows_of(question, line("P", identifier, 1, "none"))
    assert row[1:3] == (identifier, SECURITY)


@pytest.mark.parametrize("identifier", ["ZZZ", "US9999999999", "335", ""])
def test_what_the_data_does_not_know_has_no_security(
    identifier: str, question: Callable[..., Warehouse]
) -> None:
    (row,) = rows_of(question, line("P", identifier, 1, "none"))
    assert row[2] is None


@pytest.mark.parametrize("index", ["msci-world", "MSCI-World", "MSCI World", " msci  world "])
def test_an_index_goes_by_id_or_name(index: str, question: Callable[..., Warehouse]) -> None:
    (row,) = rows_of(question, line("P", "AAA", 1, index))
    assert row[4:6] == (index, "msci-world")


def test_one_line_names_the_index_of_its_portfolio(question: Callable[..., Warehouse]) -> None:
    first, second = line("P", "AAA", 1), line("P", "3350", 1, "MSCI World")
    assert {row[5] for row in rows_of(question, first, second)} == {"msci-world"}


def test_a_portfolio_without_an_index_is_asked_about(question: Callable[..., Warehouse]) -> None:
    with pytest.raises(QuestionError, match="Which index") as asked:
        rows_of(question, line("P", "AAA", 1), line("Q", "AAA", 1, "none"))
    assert asked.value.facts["portfolios"] == "P"
    assert "msci-world" in str(asked.value.facts["indices in the data"])
    assert "'none'" in asked.value.remedy


def test_two_indices_in_a_portfolio_are_refused_with_their_rows(
    question: Callable[..., Warehouse],
) -> None:
    lines = line("P", "AAA", 1, "msci-world"), line("P", "3350", 1, "twin-1")._replace(row_number=7)
    with pytest.raises(DataError, match="more than one index") as refused:
        rows_of(question, *lines)
    assert refused.value.facts == {"row 2": "msci-world", "row 7": "twin-1"}


def test_id_and_name_of_one_index_are_one(question: Callable[..., Warehouse]) -> None:
    lines = line("P", "AAA", 1, "msci-world"), line("P", "3350", 1, "MSCI World")
    assert len(rows_of(question, *lines)) == 2


def test_a_name_of_two_indices_is_refused(question: Callable[..., Warehouse]) -> None:
    with pytest.raises(QuestionError, match="more than one index") as refused:
        rows_of(question, line("P", "AAA", 1, "Twin"))
    assert refused.value.facts["indices"] == "twin-1, twin-2"


@pytest.mark.parametrize(
    ("one", "other"), [("AAA", "AAA"), ("AAA", SECURITY), ("ZZZ", "zzz"), ("AAA", "37833100")]
)
def test_a_security_twice_in_a_portfolio_is_refused_with_both_rows(
    one: str, other: str, question: Callable[..., Warehouse]
) -> None:
    lines = line("P", one, 1, "none"), line("P", other, 2)._replace(row_number=9)
    with pytest.raises(DataError, match="twice") as refused:
        rows_of(question, *lines)
    assert list(refused.value.facts) == ["rows 2 and 9"]
    assert other in str(refused.value)


def test_it_may_stand_in_two_portfolios(question: Callable[..., Warehouse]) -> None:
    assert len(rows_of(question, line("P", "AAA", 1, "none"), line("Q", "AAA", 1, "none"))) == 2


def test_a_name_of_two_securities_is_refused(question: Callable[..., Warehouse]) -> None:
    twin = {**OTHER, "ticker": "AAA"}
    with pytest.raises(QuestionError, match="more than one security"):
        question({"book": [line("P", "AAA", 1, "none")], "securities": SECURITY},
                 **{**DATA, "securities": [*MINIMAL["securities"], twin]})  # fmt: skip


def test_what_is_not_known_is_named(question: Callable[..., Warehouse]) -> None:
    store = question(**DATA)
    definite = line("P", "US0378331005", 1)._replace(is_definite=True)
    lines = [line("P", "ZZZ", 60, "elsewhere"), definite, line("P", "AAA", 39)]
    _, found = book.matched(store, lines, KNOWN, lambda each: (each or "").upper(), AS_OF)
    told = by_code(found)
    assert told["book_identifiers_are_known"].examples == ("P: ZZZ (row 2)",)
    assert told["book_securities_are_known"].severity == "note"
    assert told["book_indices_are_known"].examples == ("P: elsewhere",)
    assert told["book_shares_are_counts"].examples == ("P",)


def test_nothing_is_said_of_a_book_that_is_known(question: Callable[..., Warehouse]) -> None:
    lines = [line("P", "AAA", 1000, "msci-world"), line("Q", "3350", 1, "none")]
    _, found = book.matched(question(**DATA), lines, KNOWN, lambda each: each or "", AS_OF)
    assert found == ()


@pytest.mark.parametrize(
    "name", ["CRSP US Total Market Index", "Morningstar US Total Market Index",
             "morningstar us total  market index", "crsp-us-total-market"],
)  # fmt: skip
def test_an_index_goes_by_the_names_it_has_had(
    name: str, question: Callable[..., Warehouse]
) -> None:
    total = {"index_id": "crsp-us-total-market", "provider_id": "crsp",
             "index_name": "CRSP US Total Market Index"}  # fmt: skip
    data = {**DATA, "indices": [*DATA["indices"], total]}
    asked = question({"book": [line("P", "AAA", 1, name)]}, **data)
    assert asked.engine.rows("select index_id from scenario.book") == [("crsp-us-total-market",)]


def test_a_new_name_of_an_index_that_is_not_in_the_data_is_unknown(
    question: Callable[..., Warehouse],
) -> None:
    (row,) = rows_of(question, line("P", "AAA", 1, "Morningstar US Mid Cap Index"))
    assert row[5] is None


def test_a_hundred_shares_are_doubted_where_several_lines_add_up_to_them(
    question: Callable[..., Warehouse],
) -> None:
    lines = [line("One", "AAA", 100, "none"), line("Two", "AAA", 40, "none"),
             line("Two", "3350", 60)]  # fmt: skip
    _, found = book.matched(question(**DATA), lines, KNOWN, lambda each: each or "", AS_OF)
    assert by_code(found)["book_shares_are_counts"].examples == ("Two",)
