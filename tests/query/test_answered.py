"""SQL reads the columns that Python adds, and finds out what there is to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flowrisk.answers import scenario
from flowrisk.errors import QuestionError
from flowrisk.query import answered, catalog

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult

DAYS = """
    select scenario_id, outflow_shares, adv_shares, days_to_sell from results.outflows
    where ticker = 'MSTR' order by scenario_id desc
"""


@pytest.mark.parametrize("isolated", [False, True])
def test_sql_reads_days_to_sell_as_the_command_prints_them(
    sample: Dataset, *, isolated: bool
) -> None:
    first = sample.query(DAYS, isolated=isolated).row(0, named=True)
    assert first["scenario_id"] == "msci"
    # 15,808,770 shares at a fifth of the volume: the 5.3 days of the README
    assert first["outflow_shares"] == pytest.approx(0.06057 * 261_000_000)
    assert first["days_to_sell"] == pytest.approx(15_808_770 / (0.2 * first["adv_shares"]))
    assert round(first["days_to_sell"], 1) == 5.3


def test_every_table_is_the_frame_of_the_answer(
    sample: Dataset, sample_result: ScenarioResult
) -> None:
    for name in answered.NAMES:
        frame = sample_result.answer.marts[name]
        read = sample.query(f"select * from results.{name}")
        assert read.columns == frame.columns
        assert read.height == frame.height
        for column in scenario.ADDED_IN_PYTHON[name]:
            assert read[column].drop_nulls().to_list() == pytest.approx(
                frame[column].drop_nulls().to_list()
            )


def test_the_question_of_the_query_holds(sample: Dataset) -> None:
    sql = "select max(days_to_sell) as days from results.outflows where ticker = 'MSTR'"
    slow = sample.query(sql, participation=0.1)["days"][0]
    assert slow == pytest.approx(2 * sample.query(sql)["days"][0])
    with sample_shell(sample) as session:
        assert session.query(sql)[0]["days"][0] * 2 == pytest.approx(slow)


def sample_shell(sample: Dataset):  # noqa: ANN201 - a context manager of the standard library
    from contextlib import closing

    return closing(sample.shell())


@pytest.mark.parametrize("sql", ["show tables", "SHOW ALL TABLES;", " show views "])
def test_show_tables_lists_every_view_marts_first(sample: Dataset, sql: str) -> None:
    names = sample.query(sql)["name"].to_list()
    assert names[0].startswith("marts.")
    assert set(names) == set(catalog.views()["view"])
    assert len(names) == len(set(names))


def test_a_mart_that_lacks_the_column_says_where_it_is(sample: Dataset) -> None:
    with pytest.raises(QuestionError) as refused:
        sample.query("select square_root_impact_low_bps from marts.outflows")
    assert refused.value.facts["added in Python"] == "it is in results.outflows"
    with pytest.raises(QuestionError) as refused:
        sample.query("select * from results.outflow")
    assert refused.value.facts["nearest"] == "results.outflows"


def test_nothing_is_answered_that_no_sql_reads() -> None:
    assert not answered.is_read_by("select 1 from marts.outflows")
    assert not answered.is_read_by(answered.listing_for("show tables"))
    assert answered.is_read_by('select * from "RESULTS" /* x */ . outflows')
    assert answered.home("nothing") is None
