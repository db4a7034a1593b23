"""Parameters are typed by their text or by name, bound, and matched against the SQL."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.errors import QuestionError
from flowrisk.query import parameters

if TYPE_CHECKING:
    from flowrisk.api import Dataset


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=MSTR", "MSTR"), ("a=12", 12), ("a=-3", -3), ("a=1.5", 1.5), ("a=2e3", 2000.0),
        ("a=true", True), ("a=false", False), ("a=2025-11-20", dt.date(2025, 11, 20)),
        ("a=0123", "0123"), ("a=2025-13-40", "2025-13-40"), ("a=", ""), ("a=x=y", "x=y"),
        ("a=null", "null"), ("a='; drop", "'; drop"), ("a=99999999999999999999", "9" * 20),
        ("a:text=12", "12"), ("a:integer=12", 12), ("a:number=12", 12.0),
        ("a:boolean=true", True), ("a:date=2025-11-20", dt.date(2025, 11, 20)),
        ("a:list=msci, crsp", ["msci", "crsp"]), ("a:list=one", ["one"]),
    ],
)  # fmt: skip
def test_a_value_is_what_its_text_or_its_type_says(text: str, value: Any) -> None:
    found = parameters.parse([text])["a"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["a"], "no value"), (["a=1", "a=2"], "given twice"), (["1a=1"], "no name"),
        (["A=1"], "no name"), (["a b=1"], "no name"), (["a');--=1"], "no name"),
        (["=1"], "no name"),
        (["a:integer=1.5"], "not of its type"), (["a:number=x"], "not of its type"),
        (["a:boolean=yes"], "not of its type"), (["a:date=20.11.2025"], "not of its type"),
        (["a:txt=1"], "no parameter type 'txt'"),
    ],
)  # fmt: skip
def test_what_is_no_parameter_is_refused(given: list[str], problem: str) -> None:
    with pytest.raises(QuestionError, match=problem):
        parameters.parse(given)


def test_an_unknown_type_says_the_nearest() -> None:
    with pytest.raises(QuestionError) as error:
        parameters.parse(["a:txt=1"])
    assert error.value.facts["nearest"] == "text"


@pytest.mark.parametrize("value", [object(), {"a": 1}, [object()], b"x"])
def test_a_python_value_that_cannot_be_bound_is_refused(value: Any, sample: Dataset) -> None:
    with pytest.raises(QuestionError, match="cannot be bound"):
        sample.query("select $a", params={"a": value})


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("x", "VARCHAR"), (1, "INTEGER"), (2**40, "BIGINT"), (1.5, "DOUBLE"), (True, "BOOLEAN"),
        (dt.date(2025, 1, 1), "DATE"), (dt.datetime(2025, 1, 1, 10), "TIMESTAMP"),  # noqa: DTZ001
        (["x"], "VARCHAR[]"), ([1], "INTEGER[]"), (None, '"NULL"'),
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["$a", "getvariable('a')"])
def test_a_value_keeps_its_type_in_sql(name: str, value: Any, kind: str, sample: Dataset) -> None:
    row = sample.query(f"select typeof({name}), {name}", params={"a": value}).row(0)
    assert row == (kind, value)


@pytest.mark.parametrize(
    "value", ["' or 1 = 1 --", "x'); copy (select 1) to 'f'; --", "$b", "getvariable('b')", "é"]
)
def test_a_value_is_never_sql(value: str, sample: Dataset) -> None:
    assert sample.query("select $a as a where $a = $a", params={"a": value}).item() == value


@pytest.mark.parametrize(
    ("sql", "params", "facts"),
    [
        ("select $ticker", {}, {"without a value": "ticker"}),
        ("select getvariable('ticker')", {}, {"without a value": "ticker"}),
        ("select 1", {"ticker": "x"}, {"not in the SQL": "ticker"}),
        ("select $ticker", {"tikker": "x"},
         {"without a value": "ticker", "not in the SQL": "tikker", "nearest": "ticker"}),
    ],
)  # fmt: skip
def test_names_that_do_not_meet_are_refused(
    sql: str, params: dict[str, Any], facts: dict[str, str], sample: Dataset
) -> None:
    with pytest.raises(QuestionError, match="not those of the SQL") as error:
        sample.query(sql, params=params)
    assert error.value.facts == facts


def test_a_name_in_a_text_or_a_comment_is_no_parameter(sample: Dataset) -> None:
    assert sample.query("select '$x' -- $y").item() == "$x"
