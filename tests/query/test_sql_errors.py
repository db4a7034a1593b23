"""A mistake in SQL is shown where it stands, with the name that was probably meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowrisk.errors import QuestionError
from flowrisk.query import sql_errors

if TYPE_CHECKING:
    from flowrisk.api import Dataset


def refusal(sql: str, sample: Dataset) -> dict[str, object]:
    with pytest.raises(QuestionError, match="could not be answered") as error:
        sample.query(sql)
    return error.value.facts


@pytest.mark.parametrize(
    ("sql", "at", "column"),
    [
        ("selec 1", "line 1: selec 1", 1),
        ("select 1 +\n  from marts.outflows", "line 2:   from marts.outflows", 3),
        ("select\n  'é€', tikker\nfrom marts.outflows", "line 2:   'é€', tikker", 9),
        ("select *\nfrom marts.outflow", "line 2: from marts.outflow", 6),
        ("select ticker from marts.outflows where uper(ticker) = 'X'",
         "line 1: select ticker from marts.outflows where uper(ticker) = 'X'", 41),
        ("select 'abc", "line 1: select 'abc", 8), ("select cast('a' as int)",
                                                    "line 1: select cast('a' as int)", 8),
    ],
)  # fmt: skip
def test_the_place_is_counted_in_the_users_own_text(
    sql: str, at: str, column: int, sample: Dataset
) -> None:
    facts = refusal(sql, sample)
    assert (facts["at"], facts["column"]) == (at, column)


@pytest.mark.parametrize(
    ("sql", "nearest"),
    [
        ("from outflows", "marts.outflows"), ("from marts.outflow", "marts.outflows"),
        ("from mart.outflows", "marts.outflows"), ("from raw.holding", "raw.holdings"),
        ("from scenario.provider", "scenario.providers"), ("from holdrs('MSTR')", "holders"),
        ("select tikker from marts.outflows", "ticker"),
        ("select o.outflow_us from marts.outflows as o", "outflow_usd"),
        ("select uper('a')", "upper"),
    ],
)  # fmt: skip
def test_the_nearest_name_is_named(sql: str, nearest: str, sample: Dataset) -> None:
    assert refusal(sql, sample)["nearest"] == nearest


def test_a_long_line_is_shown_around_the_place(sample: Dataset) -> None:
    facts = refusal("select " + "1, " * 200 + "tikker from marts.outflows", sample)
    assert facts["column"] == 608
    assert "tikker" in str(facts["at"])
    assert len(str(facts["at"])) < 140


def test_a_message_of_no_known_shape_is_told_as_it_is() -> None:
    error = sql_errors.refused("Some Error: {not json", "select 1")
    assert error.facts == {"reason": "Some Error: {not json"}


@pytest.mark.parametrize(
    "said",
    ['{"exception_message": 5}', '{"exception_message": "x", "position": "abc"}', "{" * 3000,
     '{"exception_message": "x", "position": "99999999999999999999"}', '{"exception_message": []}',
     '{"exception_message": "x", "error_subtype": "MISSING_ENTRY"}', '{"exception_message": null}',
     '{"exception_message": "x", "error_subtype": "MISSING_ENTRY", "type": 5, "name": "n"}',
     '{"exception_message": "Table with name x does not exist", "position": "-1"}'],
    ids=lambda said: said[:60],
)  # fmt: skip
@pytest.mark.parametrize("is_isolated", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_message_that_the_sql_forged_is_told_in_words(
    said: str, sample: Dataset, *, is_isolated: bool
) -> None:
    with pytest.raises(QuestionError, match="could not be answered"):
        sample.query("select error($said)", params={"said": said}, isolated=is_isolated)
