"""What ``import flowrisk`` gives."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import inspect
import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import flowrisk
from flowrisk import api
from flowrisk.__main__ import app
from flowrisk.answers.scenario import MARTS
from flowrisk.api import keywords
from flowrisk.errors import DataError, QualityError, QuestionError
from flowrisk.question.question import Question, options_by_field
from flowrisk.question.risk import RiskQuestion
from flowrisk.question.scenario import ScenarioQuestion
from flowrisk.question.screen import ScreenQuestion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_the_public_names_are_the_ones_promised() -> None:
    assert {"Dataset", "ScenarioResult", "__version__", "open_dataset"} <= set(flowrisk.__all__)
    assert all(getattr(flowrisk, name) is not None for name in flowrisk.__all__)
    with pytest.raises(AttributeError):
        _ = flowrisk.nothing  # type: ignore[attr-defined]


# how a result is printed and written is the result's business, not the question's
OF_THE_RUN = {
    "format", "output", "force", "quiet", "verbose", "debug", "color", "data", "help_all", "title",
    "theme", "sections", "no_pager", "charts", "paper", "one_page",
    "memory",  # FLOWRISK_MEMORY
}  # fmt: skip
OF_A_RUN = {"strict", "engine", "engine_url", "engine_data"}
OTHERWISE_IN_PYTHON = {
    "ingest": {"words"},  # files, format
    "init": {"folder"},  # path
    "backtest": {"leave_one_out"},  # pair_errors
    "check": {"folder"},  # open_dataset
    "compare": {"first", "second"},  # the dataset itself, and other
    "add": {"cells"},  # row
    "query": {"explain", "file", "param", *OF_A_RUN},  # query_plan, sql, params, scenario
    "shell": {"param", "timeout", *OF_A_RUN},  # of Session.query
    "export_duckdb": {"file", *OF_A_RUN},  # path
    "export_dbt": {"folder", *OF_A_RUN},  # path
    "fetch": {"is_listed", "yes"},  # the manual; nobody to ask
}
SERVED = {"mcp"}  # api.served.Served is what it serves
KEYWORDS = {
    "scenario": keywords.ScenarioKeywords, "risk": keywords.RiskKeywords,
    "screen": keywords.ScreenKeywords,
    **dict.fromkeys(("query", "shell", "export_duckdb", "export_dbt"), keywords.ScenarioKeywords),
}  # fmt: skip


def accepted(twin: Any) -> set[str]:
    parameters = inspect.signature(twin).parameters
    found = set(parameters) - {"self", "question"}
    if "question" in parameters:
        found |= set(KEYWORDS.get(twin.__name__, keywords.QuestionKeywords).__annotations__)
    return found


def test_every_command_has_a_twin_that_takes_its_flags() -> None:
    commands = {str(c.name).replace("-", "_"): c.callback for c in app.registered_commands}
    assert len(commands) >= 14
    for name, command in commands.items():
        if name in SERVED:
            continue
        taken = accepted(getattr(api.Dataset, name, None) or getattr(flowrisk, name))
        flags = set(inspect.signature(command).parameters) - OF_THE_RUN
        assert flags - taken == OTHERWISE_IN_PYTHON.get(name, set()), name


@pytest.mark.parametrize("name", ["scenario", "calendar", "calibrate", "risk", "screen", "compare",
                                  "explain", "check", "ingest", "query", "shell"])  # fmt: skip
def test_help_describes_each_argument_with_unit_default_and_example(name: str) -> None:
    told = " ".join((getattr(api.Dataset, name).__doc__ or "").split())
    known = {each.name: each for kind in (ScenarioQuestion, RiskQuestion, ScreenQuestion)
             for each in options_by_field(kind).values()}  # fmt: skip
    for argument in accepted(getattr(api.Dataset, name)) - {"timeout"}:
        assert f" {argument}: " in told, argument
        if (
            argument in known
            and argument not in inspect.signature(getattr(api.Dataset, name)).parameters
        ):
            option = known[argument]
            assert f'such as {argument}="{option.example_text}")' in told
            assert f"({option.unit}; default {option.default_text or 'none'}; " in told
    assert name == "ingest" or 'default 0.2; such as participation="20%"' in told


@pytest.mark.parametrize("kind", [ScenarioQuestion, RiskQuestion, ScreenQuestion])
def test_every_example_is_a_value_that_its_option_reads(kind: Any) -> None:
    for option in options_by_field(kind).values():
        if option.name != "book" and option.example:
            assert option.parsed(option.example) is not None, option.name


def test_every_engine_flag_has_an_argument() -> None:
    for name in ("scenario", "risk", "screen", "calibrate", "compare", "explain"):
        assert accepted(getattr(api.Dataset, name)) >= OF_A_RUN, name


def test_the_keywords_of_a_question_are_the_table_of_options() -> None:
    def names(kind: type[Question]) -> set[str]:
        return {each.name for each in options_by_field(kind).values()}

    def annotated(kind: Any) -> set[str]:
        return {name for each in kind.__mro__ for name in getattr(each, "__annotations__", ())}

    assert annotated(keywords.QuestionKeywords) == names(Question)
    assert annotated(keywords.ScenarioKeywords) == names(ScenarioQuestion)
    assert annotated(keywords.RiskKeywords) == names(RiskQuestion) - {"probabilities"}
    assert annotated(keywords.ScreenKeywords) == names(ScreenQuestion)


def test_marts_are_attributes(sample_result: api.ScenarioResult) -> None:
    for name in MARTS:
        assert isinstance(getattr(sample_result, name), pl.DataFrame)
        assert name in dir(sample_result)
    with pytest.raises(AttributeError):
        _ = sample_result.no_such_mart
    assert copy.copy(sample_result).outflows.equals(sample_result.outflows)


def test_the_printed_result_is_the_table_of_the_command_and_its_notes(
    sample_result: api.ScenarioResult,
) -> None:
    notes = "".join(f"note: {note}\n" for note in sample_result.notes)
    table = sample_result.render("table").decode()
    assert sample_result.notes
    assert "note:" not in table
    assert str(sample_result) == f"{table}\n{notes}"
    assert sample_result.render("text").decode() == str(sample_result)


def test_a_dataset_is_told_in_one_line(sample: api.Dataset) -> None:
    assert repr(sample) == f"<Dataset: sample dataset at {sample.path}>"


def test_what_is_given_out_is_frozen(
    sample: api.Dataset, sample_result: api.ScenarioResult
) -> None:
    for thing, name in (
        (sample, "folder"), (sample_result, "outflows"), (sample_result, "answer"),
        (sample_result.answer, "marts"), (sample_result.answer.assumptions["as_of"], "value"),
    ):  # fmt: skip
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, None)
    assert sample_result.outflows.height == 48


def test_arguments_may_be_text_or_values(sample: api.Dataset) -> None:
    as_text = sample.scenario(providers="msci,msci+nasdaq", securities="MSTR,MARA",
                              as_of="2025-11-20", price={"MSTR": 150})  # fmt: skip
    as_values = sample.scenario(providers=["msci", "msci+nasdaq"], securities=["MSTR", "MARA"],
                                as_of=dt.date(2025, 11, 20), price={"MSTR": 150.0})  # fmt: skip
    assert as_text.outflows.equals(as_values.outflows)


def test_the_order_of_the_securities_is_the_order_of_the_rows(sample: api.Dataset) -> None:
    result = sample.scenario(providers="msci", securities=["RIOT", "MSTR"])
    assert result.outflows["ticker"].to_list() == ["RIOT", "MSTR"]


def test_an_isin_in_any_case_is_a_name(sample: api.Dataset) -> None:
    result = sample.scenario(providers="msci", securities="us5949724083")
    assert result.outflows["ticker"].to_list() == ["MSTR"]


def test_strict_refuses_what_would_warn(sample: api.Dataset) -> None:
    with pytest.raises(QualityError) as error:
        sample.scenario(strict=True)
    assert "holdings_are_fresh" in error.value.facts


def test_environment_variables_belong_to_the_command_line(
    sample: api.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWRISK_PARTICIPATION", "0.9")
    assert sample.settings({}).participation_ratio == 0.2


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "parquet"])
def test_write_takes_the_form_of_the_suffix(
    suffix: str, sample_result: api.ScenarioResult, tmp_path: Path
) -> None:
    path = sample_result.write(tmp_path / f"x.{suffix}")
    assert path.read_bytes() == sample_result.render(suffix)
    with pytest.raises(QuestionError, match="exists already"):
        sample_result.write(path)
    assert sample_result.write(path, force=True) == path


def test_an_unknown_suffix_is_refused(sample_result: api.ScenarioResult, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="names no format"):
        sample_result.write(tmp_path / "x.docx")
    assert list(tmp_path.iterdir()) == []


def test_query_takes_the_question_of_scenario(sample: api.Dataset) -> None:
    sql = "select scenario_id, ticker from marts.outflows"
    found = sample.query(sql, providers="nasdaq", securities="MSTR")
    assert found.rows() == [("nasdaq", "MSTR")]
    with pytest.raises(QuestionError, match="no setting 'provider'"):
        sample.query(sql, provider="nasdaq")


def test_results_outlive_one_another(sample: api.Dataset) -> None:
    first = sample.scenario(providers="msci", securities="MSTR")
    before = first.outflows.rows()
    sample.scenario(providers="all", securities="MARA")
    assert first.outflows.rows() == before


def test_a_dataset_answers_from_several_threads(sample: api.Dataset) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def ask(provider: str) -> list[Any]:
        return sample.scenario(providers=provider, securities="MSTR").outflows.rows()

    names = ["msci", "all"]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, names)) == [ask(name) for name in names]


def test_a_missing_folder_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no dataset folder"):
        flowrisk.open_dataset(tmp_path / "nowhere")


def test_the_json_names_each_contract_column(sample_result: api.ScenarioResult) -> None:
    whole = json.loads(sample_result.render("json"))
    assert {"name", "row_count", "oldest_on", "newest_on"} == set(whole["dataset"]["tables"][0])
    assert {"value", "unit", "set_by"} == set(whole["assumptions"]["as_of_on"])
    assert whole["scenarios"][0] == {"scenario_id": "msci", "provider_ids": ["msci"],
                                     "treatment": "exclude"}  # fmt: skip
    promised = {
        "scenario_id", "security_id", "ticker", "security_name", "outflow_shares", "outflow_usd",
        "observed_outflow_shares", "observed_outflow_usd", "estimated_outflow_shares",
        "estimated_outflow_usd", "increment_usd", "outflow_of_shares_outstanding_ratio",
        "close_usd", "adv_shares", "adv_usd", "adv_multiple_days", "days_to_sell", "method",
    }  # fmt: skip
    assert promised <= set(whole["outflows"][0])
    assert {"scenario_id", "provider_id", "security_id"} <= set(whole["provider_outflows"][0])
    assert {"scenario_id", "index_id", "security_id"} <= set(whole["index_outflows"][0])
    assert {"scenario_id", "fund_id", "as_of_on"} <= set(whole["fund_outflows"][0])
    assert {"code", "message"} == set(whole["warnings"][0])
    assert {"scenario_totals", "coverage", "reconciliation"} <= set(whole)


def test_write_report_makes_one_page(
    make_dataset: Callable[..., api.Dataset], tmp_path: Path
) -> None:
    path = make_dataset().scenario(providers="msci").write_report(tmp_path / "r.html")
    assert path.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html>")
