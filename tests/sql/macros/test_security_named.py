"""A security by ticker or ISIN; a name that is none or two is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rows import MINIMAL

from flowrisk.dataset import sql_models
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flowrisk.api import Dataset


@pytest.mark.parametrize("name", ["MSTR", "mstr", "US5949724083", "us5949724083"])
def test_ticker_and_isin_in_any_case(name: str, sample: Dataset) -> None:
    found = sample.query("select security_id from security_named($name)", params={"name": name})
    assert found["security_id"].to_list() == ["US5949724083"]


@pytest.mark.parametrize("name", [3350, "3350"])
def test_a_ticker_of_digits_may_be_given_as_a_number(name: str | int, sample: Dataset) -> None:
    found = sample.query("select security_name from security_named($name)", params={"name": name})
    assert found["security_name"].to_list() == ["Metaplanet Inc Common Stock"]


@pytest.mark.parametrize("name", ["MST", "", None, "%"])
def test_a_name_that_is_none_is_refused(name: str | None, sample: Dataset) -> None:
    with pytest.raises(QuestionError) as error:
        sample.query("select count(*) from security_named($name)", params={"name": name})
    assert "asks about no security" in str(error.value.facts["reason"])


def test_a_ticker_that_names_two_is_refused(make_dataset: Callable[..., Dataset]) -> None:
    one = MINIMAL["securities"][0]
    made = make_dataset(
        securities=[one, {**one, "security_id": "US0000000002"}],
        candidates=[{"list_id": "default", "security_id": s}
                    for s in ("US0000000001", "US0000000002")],
    )  # fmt: skip
    with pytest.raises(QuestionError) as error:
        made.query("from security_named('AAA')", as_of="2025-11-20", providers="all")
    assert "more than one security" in str(error.value.facts["reason"])
    found = made.query("from security_named('US0000000002')", as_of="2025-11-20", providers="all")
    assert found["security_id"].to_list() == ["US0000000002"]


def test_every_macro_has_a_test_module_and_an_example_that_runs(
    sample: Dataset, request: pytest.FixtureRequest
) -> None:
    here: Path = request.path.parent
    modules = {path.stem.removeprefix("test_") for path in here.glob("test_*.py")}
    assert modules == set(sql_models.macros())
    for macro in sql_models.macros().values():
        assert sample.query(macro.facts["example"]).height > 0
