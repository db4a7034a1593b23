"""JSON Schemas: current, true of every sample output, and false of what is broken."""

from __future__ import annotations

import copy
import importlib.util
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest
import typer
from jsonschema import Draft202012Validator, FormatChecker
from paths import ROOT

from flowrisk import api
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.dataset.contract import tables
from flowrisk.dataset.resources import sample_folder
from flowrisk.errors import DataError, QuestionError
from flowrisk.export import formats, json_schema

GROUP: Any = typer.main.get_command(app)
LAW = "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,crsp=.25"
BOOK = "portfolio,identifier,shares,index\nours,MSTR,1000,msci-world\nours,MARA,-5,\n"
# what each command is asked, in words whose output its schema has to be true of
ASKED: tuple[tuple[str, str], ...] = (
    ("scenario", "scenario"),
    ("scenario", "scenario --securities MSTR --method observed"),
    ("scenario", "scenario -s MARA --method tracked-aum"),
    ("scenario", "scenario -s MARA --treatment freeze"),
    ("scenario", "scenario -s MSTR --book book.csv"),
    ("scenario", "scenario -s RIOT --as-of 2025-10-31 --known-on 2025-10-31"),
    ("scenario", "scenario -s MSTR --preset january-2026"),
    ("calendar", "calendar --securities MSTR"), ("risk", f"risk --probabilities {LAW}"),
    ("risk", f"risk --probabilities {LAW} --uncertainty price=10% --draws 1000 -s MARA"),
    ("screen", "screen"), ("screen", "screen --threshold 0.3 --list treasury"),
    ("calibrate", "calibrate --target msci=2.8bn --security MSTR"),
    ("compare", "compare --as-of 2025-10-31 --as-of 2025-11-20 -s MSTR"),
    ("explain", "explain MSTR --provider msci"), ("explain", "explain CLSK --provider nasdaq"),
    ("backtest", "backtest"), ("check", "check"), ("query", "query 'select 1 as a'"),
    ("tables", "tables"), ("tables", "tables marts.outflows"), ("tables", "tables holders"),
    ("fetch", "fetch --list"),
    *(("list", f"list {kind}") for kind in
      ("securities", "funds", "indices", "providers", "lists", "sections")),
)  # fmt: skip


@cache
def schema(name: str) -> Any:
    return json.loads(json_schema.shipped(name))


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(schema(name), format_checker=FormatChecker())


def unnamed(body: Any, value: Any, place: str = "") -> Iterator[str]:
    """Keys of a value that its schema does not name: it may not fall behind unseen."""
    if "anyOf" in body:
        found = [list(unnamed(each, value, place)) for each in body["anyOf"]]
        yield from min(found, key=len)
    elif isinstance(value, list) and "items" in body:
        for each in value:
            yield from unnamed(body["items"], each, f"{place}[]")
    elif isinstance(value, dict) and "properties" in body:
        for key, inner in value.items():
            if key in body["properties"]:
                yield from unnamed(body["properties"][key], inner, f"{place}.{key}")
            else:
                yield f"{place}.{key}"


@pytest.fixture
def printed(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], Any]:
    """Run a command with ``--format json`` and return what it printed."""
    import shlex

    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.csv").write_text(BOOK, "utf-8")

    def run(line: str) -> Any:
        capfd.readouterr()
        words = [*shlex.split(line), "--format", "json"]
        code = diagnostics.exit_code_of(lambda: app(words, standalone_mode=False))
        told = capfd.readouterr()
        assert code == 0, told.err
        return json.loads(told.out)

    return run


@pytest.mark.parametrize(("name", "line"), ASKED, ids=[line for _, line in ASKED])
def test_a_sample_output_is_what_its_schema_says(
    printed: Callable[[str], Any], name: str, line: str
) -> None:
    answer = printed(line)
    errors = [f"{each.json_path}: {each.message}"[:300]
              for each in validator(name).iter_errors(answer)]  # fmt: skip
    assert not errors
    if name == "compare":  # the heads of both sides hold what the two answers say of themselves
        answer["a"], answer["b"] = {"label": "a"}, {"label": "b"}
    assert not sorted(set(unnamed(schema(name), answer)))


def test_every_command_that_prints_json_has_a_schema() -> None:
    printing = {
        name for name, command in GROUP.commands.items()
        if any("--format" in each.opts and "json" in (each.help or "") for each in command.params)
    }  # fmt: skip
    assert printing | {"dataset", "backtest-leave-one-out"} == set(json_schema.shipped_names())
    asked_here = {name for name, _ in ASKED}
    assert printing - asked_here == {"shell", "ingest"}  # rows of any question; below


def test_the_schemas_are_schemas_and_name_themselves() -> None:
    for name in json_schema.shipped_names():
        Draft202012Validator.check_schema(schema(name))
        assert schema(name)["$id"] == f"urn:flowrisk:schema:{name}:2"


@pytest.fixture(scope="module")
def build_schemas() -> ModuleType:
    spec = importlib.util.spec_from_file_location("made", ROOT / "scripts/build_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_schemas_shipped_are_current(build_schemas: ModuleType) -> None:
    made = build_schemas.rendered()
    assert set(made) == set(json_schema.shipped_names())
    for name, content in made.items():
        assert content == json_schema.shipped(name), f"{name}: run scripts/build_schemas.py"


def broken(answer: Any) -> Iterator[tuple[str, Any]]:
    """Yield answers of ``scenario`` that each break one promise."""
    changes: dict[str, Callable[[Any], object]] = {
        "newer": lambda it: it.update(schema_version=3),
        "no version": lambda it: it.pop("schema_version"),
        "frame gone": lambda it: it.pop("outflows"),
        "frame an object": lambda it: it.update(outflows={}),
        "column gone": lambda it: it["outflows"][0].pop("outflow_usd"),
        "number as text": lambda it: it["outflows"][0].update(outflow_usd="2.8bn"),
        "key null": lambda it: it["outflows"][0].update(security_id=None),
        "no day": lambda it: it.update(as_of_on="2025-11-31"),
        "warning bare": lambda it: it["warnings"].append("stale"),
        "assumption bare": lambda it: it["assumptions"].update(participation_ratio=0.2),
        "scenario without providers": lambda it: it["scenarios"][0].pop("provider_ids"),
        "negative rows": lambda it: it["dataset"]["tables"][0].update(row_count=-1),
    }
    for name, change in changes.items():
        made = copy.deepcopy(answer)
        change(made)
        yield name, made


def test_a_schema_is_false_of_what_is_broken(sample_result: api.ScenarioResult) -> None:
    answer = json.loads(sample_result.render("json"))
    assert validator("scenario").is_valid(answer)
    for name, made in broken(answer):
        assert not validator("scenario").is_valid(made), name


def rows_of(name: str) -> list[Any]:
    path = sample_folder() / (f"{name}.parquet" if name != "holdings" else "holdings/**/*.parquet")
    frame = pl.read_parquet(path)
    found: list[Any] = json.loads(formats.frame_bytes(frame, "json"))
    return found


def test_the_sample_is_what_the_schema_of_a_dataset_says() -> None:
    there = {each.stem for each in sample_folder().glob("*.parquet")} | {"holdings"}
    dataset = {name: rows_of(name) for name in tables() if name in there}
    errors = [f"{each.json_path}: {each.message}"[:300]
              for each in validator("dataset").iter_errors(dataset)]  # fmt: skip
    assert not errors
    del dataset["providers"]
    assert not validator("dataset").is_valid(dataset)


def test_a_row_that_the_contract_forbids_is_found() -> None:
    row = rows_of("fund_reports")[0]
    for change in ({"holdings_scope": "some"}, {"fund_id": None}, {"as_of_on": "yesterday"},
                   {"matched_row_ratio": "1"}, {"basis": "guessed"}):  # fmt: skip
        assert not validator("dataset").is_valid({"fund_reports": [{**row, **change}]})
    dataset = {name: [] for name, table in tables().items() if table.is_required}
    assert validator("dataset").is_valid({**dataset, "fund_reports": [row]})


def test_the_summary_of_an_ingest_is_what_its_schema_says(
    printed: Callable[[str], Any], tmp_path: Path
) -> None:
    api.init(tmp_path / "mine")
    (tmp_path / "ivv.csv").write_text(
        'Fund Holdings as of,"Nov 19, 2025"\n\n'
        "Ticker,Name,Asset Class,Market Value,Weight (%),Quantity,Price,Location,Exchange,"
        "Currency\n"
        '"MSTR","STRATEGY INC CLASS A","Equity","8,856,500.00","40","50,000.00","177.13",'
        '"United States","NASDAQ","USD"\n"NEWC","NEW","Equity","1,000.00","60","10.00","100.00",'
        '"United States","NASDAQ","USD"\n',
        "utf-8",
    )
    summary = printed("ingest ivv.csv --fund XTC --data mine")
    assert [each.message for each in validator("ingest").iter_errors(summary)] == []
    assert not sorted(set(unnamed(schema("ingest"), summary)))
    assert not validator("ingest").is_valid({**summary, "row_count": None})


def test_the_command_prints_what_is_shipped(capfd: pytest.CaptureFixture[str]) -> None:
    def told(*words: str) -> str:
        capfd.readouterr()
        assert diagnostics.exit_code_of(lambda: app(list(words), standalone_mode=False)) == 0
        return capfd.readouterr().out

    assert told("schema").split() == json_schema.shipped_names()
    assert told("schema", "scenario").encode() == json_schema.shipped("scenario")
    assert told("tables", "--format", "json-schema").encode() == json_schema.shipped("dataset")
    table = json.loads(told("tables", "raw.funds", "--format", "json-schema"))
    assert table["items"] == schema("dataset")["properties"]["funds"]["items"]
    with pytest.raises(QuestionError, match="no schema of") as refused:
        json_schema.shipped("scenarios")
    assert refused.value.facts["nearest"] == "scenario"


@pytest.mark.parametrize("version", [3, 99, 2.5])
def test_an_answer_of_a_newer_flowrisk_is_refused_in_words(
    sample: api.Dataset, sample_result: api.ScenarioResult, tmp_path: Path, version: float
) -> None:
    answer = json.loads(sample_result.render("json"))
    path = tmp_path / "newer.json"
    path.write_text(json.dumps({**answer, "schema_version": version}), "utf-8")
    with pytest.raises(DataError, match="written by a newer flowrisk") as refused:
        sample.compare(path)
    assert refused.value.facts["its version"] == version
    assert "Update flowrisk" in refused.value.remedy
    path.write_text(json.dumps({**answer, "schema_version": 1}), "utf-8")
    with pytest.raises(DataError, match="not a scenario result of this version"):
        sample.compare(path)
    # keys of a later version may be missing or new: the version is what is said
    path.write_text(json.dumps({"schema_version": version}), "utf-8")
    with pytest.raises(DataError, match="written by a newer flowrisk"):
        sample.compare(path)


def test_a_dataset_that_a_newer_flowrisk_recorded_is_refused_in_words(tmp_path: Path) -> None:
    made = api.init(tmp_path / "mine")
    (tmp_path / "mine/contents.json").write_text('{"format": 2, "files": []}', "utf-8")
    with pytest.raises(DataError, match="written by a newer flowrisk"):
        made.check()
