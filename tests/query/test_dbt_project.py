"""The dbt project: every model and check, each after what it reads, with the same rows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from conftest import missing
from jinja2 import Environment
from polars.testing import assert_frame_equal

from flowrisk.dataset import sql_models
from flowrisk.errors import QuestionError
from flowrisk.query import dbt_project

if TYPE_CHECKING:
    from flowrisk import api

MODELS = {name: m for name, m in sql_models.models().items() if m.layer != "checks"}
CHECKS = {name: m for name, m in sql_models.models().items() if m.layer == "checks"}
MARTS = [name for name, model in MODELS.items() if model.layer == "marts"]


@pytest.fixture(scope="module")
def project(sample: api.Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample.export_dbt(tmp_path_factory.mktemp("dbt") / "project", providers="msci,all")


def test_the_project_has_every_model_and_check(project: Path) -> None:
    models = {path.stem for path in (project / "models").rglob("*.sql")}
    assert models == {name.replace(".", "__") for name in MODELS}
    assert {path.stem for path in (project / "tests").glob("*.sql")} == {
        model.name for model in CHECKS.values()
    }
    told = json.loads((project / "models/models.yml").read_text("utf-8"))["models"]
    assert {each["name"] for each in told} == models
    assert all(each["description"] and each["config"]["meta"]["grain"] for each in told)


def test_each_reads_what_the_model_reads_and_nothing_by_its_plain_name() -> None:
    texts = dbt_project.project()
    by_stem = {Path(path).stem: text for path, text in texts.items()}
    for name, model in sql_models.models().items():
        stem = model.name if model.layer == "checks" else name.replace(".", "__")
        text = by_stem[stem].split("\n\n", 1)[1]
        refs = {each.replace("__", ".") for each in re.findall(r"ref\('(\w+)'\)", text)}
        sources = {".".join(each) for each in re.findall(r"source\('(\w+)', '(\w+)'\)", text)}
        assert refs | sources == model.reads, name
        bare = re.sub(r"\{\{.*?\}\}", "", text)
        assert not re.search(r"\b(raw|staging|intermediate|marts|scenario)\.[a-z]", bare), name


@pytest.fixture(scope="module")
def built(project: Path) -> duckdb.DuckDBPyConnection:
    """The project built by the order of its own references, without dbt."""
    connection = duckdb.connect()
    connection.execute(f"attach '{project / 'question.duckdb'}' as question (read_only)")
    environment = Environment(autoescape=False)  # noqa: S701 - SQL, no page
    for layer in ("staging", "intermediate", "marts"):
        connection.execute(f"create schema {layer}")
    for name, model in MODELS.items():
        text = (project / f"models/{model.layer}/{name.replace('.', '__')}.sql").read_text("utf-8")
        config: dict[str, str] = {}
        sql = environment.from_string(text).render(
            config=lambda said=config, **facts: said.update(facts) or "",
            ref=lambda each: each.replace("__", "."),
            source=lambda schema, table: f"question.{schema}.{table}",
        )
        assert (config["schema"], config["alias"]) == (model.layer, model.name)
        connection.execute(f"create {config['materialized']} {name} as {sql}")
    return connection


@pytest.mark.parametrize("mart", MARTS)
def test_each_mart_has_the_rows_of_the_question(
    built: duckdb.DuckDBPyConnection, project: Path, mart: str
) -> None:
    assert_same(built.sql(f"select * from {mart}"), project, mart)


def assert_same(found: Any, project: Path, mart: str) -> None:
    """Compare a mart that was built with the one that flowrisk itself has made."""
    with duckdb.connect(str(project / "question.duckdb"), read_only=True) as own:
        expected = pl.DataFrame(own.sql(f"select * from {mart}"))
    frame = pl.DataFrame(found)
    order = frame.columns
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    keys = [name for name in order if name not in nested]
    assert_frame_equal(frame.sort(keys), expected.sort(keys), rel_tol=1e-9, abs_tol=1e-9)


def test_a_folder_that_holds_something_is_not_written_to(
    sample: api.Dataset, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there/mine").write_text("mine", "utf-8")
    for path in (tmp_path / "there", tmp_path / "there/mine"):
        with pytest.raises(QuestionError, match="exists already"):
            sample.export_dbt(path)
    with pytest.raises(QuestionError, match="cannot be written"):
        sample.export_dbt(tmp_path / "nowhere/deeper")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
    (tmp_path / "empty").mkdir()
    assert (sample.export_dbt(tmp_path / "empty") / "dbt_project.yml").exists()


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True,
                          timeout=900, check=False, env={"PATH": "/usr/bin:/bin", "HOME": str(cwd),
                                                         "LC_ALL": "C.UTF-8"})  # fmt: skip


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """dbt in an environment of its own: its packages are none of flowrisk's."""
    folder = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    # a later dbt-core fetches a program while it is installed
    done = subprocess.run(
        [folder / "bin/python", "-m", "pip", "install", "--quiet", "dbt-core<1.11", "dbt-duckdb",
         f"duckdb=={duckdb.__version__}"],
        capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip
    del pytestconfig
    if done.returncode != 0:
        missing("dbt", f"dbt cannot be installed: {done.stderr.strip()[-200:]}")
    return folder / "bin/dbt"


@pytest.mark.slow
def test_dbt_builds_every_model_and_runs_every_check(dbt: Path, project: Path) -> None:
    done = run(dbt, "build", "--profiles-dir", ".", cwd=project)
    results = json.loads((project / "target/run_results.json").read_text("utf-8"))["results"]
    states = {each["unique_id"].split(".")[2]: each["status"] for each in results}
    assert done.returncode == 0, done.stdout[-3000:]
    assert {n for n in states if "__" in n} == {name.replace(".", "__") for name in MODELS}
    assert {states[name.replace(".", "__")] for name in MODELS} == {"success"}
    assert {states[model.name] for model in CHECKS.values()} <= {"pass", "warn"}
    with duckdb.connect(str(project / "flowrisk.duckdb")) as made:
        made.execute(f"attach '{project / 'question.duckdb'}' as question (read_only)")
        for mart in MARTS:
            assert_same(made.sql(f"select * from {mart}"), project, mart)
