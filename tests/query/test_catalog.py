"""What there is to query is told from the contract, the headers and the views themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import tables
from flowrisk.dataset.warehouse import QUESTION_TABLES
from flowrisk.errors import QuestionError
from flowrisk.query import catalog, sandbox

if TYPE_CHECKING:
    from flowrisk.api import Dataset


def test_every_view_is_listed_once_marts_first() -> None:
    listed = catalog.views()["view"].to_list()
    models_listed = {name for name in sql_models.models() if not name.startswith("checks.")}
    raw = {f"raw.{name}" for name in tables()}
    scenario = {f"scenario.{name}" for name in QUESTION_TABLES}
    assert len(listed) == len(set(listed))
    results = {"results.outflows", "results.fund_outflows"}
    assert set(listed) == models_listed | raw | scenario | results
    assert listed[0].startswith("marts.")


def test_a_mart_is_described_with_what_python_adds(sample: Dataset) -> None:
    view = catalog.describe(sample.folder, sample.settings({}), "marts.outflows")
    assert view.grain == "scenario_id, security_id"
    columns = {column: (unit, meaning) for column, _, unit, meaning in view.columns.rows()}
    assert columns["outflow_usd"][0] == "US dollars"
    assert columns["outflow_of_shares_outstanding_ratio"][0] == "ratio (0-1)"
    assert columns["days_to_sell"][0] == "days"
    added = ("basis points", "added in Python: results.outflows")
    assert columns["square_root_impact_central_bps"] == added
    result = sample.scenario(securities="MSTR").outflows
    assert set(result.columns) <= set(columns)


@pytest.mark.parametrize(
    ("name", "full"),
    [("outflows", "marts.outflows"), ("holdings", "staging.holdings"),
     ("raw.holdings", "raw.holdings"), ("assumptions", "scenario.assumptions"),
     ("current_holdings", "intermediate.current_holdings")],
)  # fmt: skip
def test_a_bare_name_is_looked_for_in_the_marts_first(
    name: str, full: str, sample: Dataset
) -> None:
    assert catalog.describe(sample.folder, sample.settings({}), name).name == full


def test_the_contract_explains_raw_columns(sample: Dataset) -> None:
    view = catalog.describe(sample.folder, sample.settings({}), "raw.holdings")
    meanings = dict(view.columns.select("column", "meaning").rows())
    assert meanings["shares"] == "shares held"
    assert view.grain == "fund_id, as_of_on, security_id"


def test_an_unknown_view_is_refused_with_the_nearest(sample: Dataset) -> None:
    with pytest.raises(QuestionError) as error:
        catalog.describe(sample.folder, sample.settings({}), "marts.outflow")
    assert error.value.facts["nearest"] == "marts.outflows"


def test_every_example_of_a_mart_runs(sample: Dataset) -> None:
    examples = {name: model.facts["example"] for name, model in sql_models.models().items()
                if name.startswith("marts.")}  # fmt: skip
    engine = sandbox.locked(sample.folder, sample.settings({}))
    for name, example in examples.items():
        assert name in example
        assert engine.frame(f"select * from ({example}) as asked limit 1").width > 0, name


@pytest.mark.parametrize("name", catalog.views()["view"].to_list())
def test_every_table_that_is_listed_answers(name: str, sample: Dataset) -> None:
    assert sample.query(f"select count(*) as count from {name}").height == 1
