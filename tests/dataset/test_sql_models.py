"""The SQL models: one select a file, one direction, a grain that holds, nothing one engine owns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb
import pytest

from flowrisk.dataset import folder, resources, sql_models, warehouse
from flowrisk.engines.duckdb import DuckDB
from flowrisk.errors import ModelError
from flowrisk.question import loading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flowrisk.api import Dataset

ALL = sql_models.models()
NAMES = sorted(ALL)
VIEWS = [name for name in NAMES if not name.startswith("checks.")]
CHECKS = [name for name in NAMES if name.startswith("checks.")]
HEAD = "-- A thing.\n-- grain: a, b\n-- units: none\n\n"
# what DuckDB or Spark alone understands, or understands differently
NOT_PORTABLE = (
    r"arg_max\(", r"arg_min\(", r"strftime\(", r"\blist\(", r"\bqualify\b", r"group by all\b",
    r"order by all\b", r"\bexclude\b", r"\basof\b", r"\bpivot\b", r"\bunpivot\b",
    r"regexp_matches\(", r"string_agg\([^)]*order by", r"\brecursive\b", r"\busing\s*\(",
    r"[^/]//[^/]", r"\{", r"\[", r"\bilike\b", r"epoch\(", r"read_parquet", r"\bpragma\b",
)  # fmt: skip


@pytest.fixture(scope="module")
def store(sample: Dataset) -> warehouse.Warehouse:
    made = warehouse.Warehouse(folder.open_folder(sample.path), DuckDB())
    loading.load(made, sample.settings({}))
    return made


@pytest.fixture
def sql_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Put models of the test's own in the place of the real ones."""
    monkeypatch.setattr(resources, "sql_folder", lambda: tmp_path)
    sql_models.models.cache_clear()

    def write(**texts: str) -> None:
        for name, text in texts.items():
            layer, stem = name.split("__")
            (tmp_path / layer).mkdir(exist_ok=True)
            (tmp_path / layer / f"{stem}.sql").write_text(text)

    yield write
    sql_models.models.cache_clear()


def test_the_header_is_parsed() -> None:
    text = (
        "-- What it is,\n-- in two lines.\n-- grain: a, b\n-- units: a in shares;\n--   b in days\n"
        "-- kind: table\n\nselect * from staging.x\n"
    )
    model = sql_models.parse(text, layer="marts", name="m")
    assert model.description == "What it is, in two lines."
    assert model.grain == ("a", "b")
    assert model.facts["units"] == "a in shares; b in days"
    assert model.is_table
    assert model.reads == {"staging.x"}
    assert model.sql == "select * from staging.x\n"


@pytest.mark.parametrize(
    ("layer", "text", "missing"),
    [
        ("marts", "-- A thing.\n-- grain: a\n\nselect 1", "units"),
        ("marts", "-- A thing.\n-- units: none\n\nselect 1", "grain"),
        ("marts", "-- grain: a\n-- units: none\n\nselect 1", "description"),
        ("checks", "-- A thing.\n-- says: x\n-- severity: warn\n-- scope: question\n\nselect 1",
         "remedy"),
        ("marts", "select 1", "grain, units"),
    ],
)  # fmt: skip
def test_an_incomplete_header_is_refused(layer: str, text: str, missing: str) -> None:
    with pytest.raises(ModelError) as error:
        sql_models.parse(text, layer=layer, name="m")
    assert error.value.facts["missing"] == missing


@pytest.mark.parametrize(
    ("reader", "read"),
    [
        ("marts__m", "raw.holdings"), ("intermediate__m", "raw.holdings"),
        ("staging__m", "scenario.providers"), ("staging__m", "staging.x"),
        ("intermediate__m", "marts.x"), ("marts__m", "checks.x"), ("marts__m", "staging.nowhere"),
        ("staging__m", "raw.nowhere"),
    ],
)  # fmt: skip
def test_a_model_reads_downwards_only_and_only_what_there_is(
    reader: str, read: str, sql_folder: Callable[..., None]
) -> None:
    check = "-- C.\n-- says: x\n-- severity: note\n-- scope: question\n-- remedy: x\n\nselect 1"
    sql_folder(staging__x=HEAD + "select * from raw.holdings", marts__x=HEAD + "select 1",
               checks__x=check)  # fmt: skip
    sql_folder(**{reader: HEAD + f"select * from {read}"})
    with pytest.raises(ModelError, match="which it may not"):
        sql_models.models()


def test_a_circle_is_refused_and_shown(sql_folder: Callable[..., None]) -> None:
    sql_folder(intermediate__a=HEAD + "select * from intermediate.b",
               intermediate__b=HEAD + "select * from intermediate.a")  # fmt: skip
    with pytest.raises(ModelError, match="circle") as error:
        sql_models.models()
    assert "intermediate.a" in str(error.value)


def test_models_come_after_all_they_read() -> None:
    order = list(ALL)
    for name, model in ALL.items():
        assert all(order.index(read) < order.index(name) for read in model.reads if read in ALL)


def test_needed_for_gives_the_model_and_what_it_reads_and_nothing_else() -> None:
    names = [
        model.qualified_name for model in sql_models.needed_for(["intermediate.reports_selected"])
    ]
    assert names == [
        "staging.fund_reports", "intermediate.reports_visible", "intermediate.reports_selected",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_one_select_without_statements_or_templates(name: str) -> None:
    sql = ALL[name].sql
    statements = duckdb.extract_statements(sql)
    assert [statement.type for statement in statements] == [duckdb.StatementType.SELECT]
    assert ";" not in sql
    assert not re.search(r"\{\{|\{%|\bcreate\b|\binsert\b|\bcopy\b|\battach\b", sql, re.IGNORECASE)
    assert sql == sql.lower() or "'" in sql, "lower case outside of literals"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_keeps_to_what_two_engines_understand(name: str) -> None:
    text = re.sub(r"'[^']*'", "''", ALL[name].sql)
    found = [word for word in NOT_PORTABLE if re.search(word, text)]
    assert not found


@pytest.mark.parametrize("name", VIEWS)
def test_the_grain_is_unique_and_known_in_the_sample(name: str, store: warehouse.Warehouse) -> None:
    model = ALL[name]
    frame = store.frame(name)
    assert set(model.grain) <= set(frame.columns)
    assert not frame.select(model.grain).is_duplicated().any()
    strange = _named_in(model.facts["units"]) - set(frame.columns)
    assert not strange, f"the units name columns that do not exist: {strange}"


@pytest.mark.parametrize("name", VIEWS)
def test_every_number_has_a_unit(name: str, store: warehouse.Warehouse) -> None:
    suffixes = ("_usd", "_shares", "_bps", "_ratio", "_days", "_count", "_number", "_id", "_mw")
    by_itself = {"shares", "units", "shares_outstanding", "inclusion_factor", "days_to_sell",
                 "days_to_trade"}  # fmt: skip
    numbers = {c for c, dtype in store.frame(name).schema.items() if dtype.is_numeric()}
    assert {c for c in numbers if not c.endswith(suffixes)} <= by_itself


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_gives_subject_and_fact_and_names_its_severity_and_scope(
    name: str, store: warehouse.Warehouse
) -> None:
    model = ALL[name]
    store.define(sorted(model.reads))
    assert store.engine.frame(model.sql).columns == ["subject", "fact"]
    assert model.facts["severity"] in {"note", "warn", "refuse"}
    assert model.facts["scope"] in {"question", "dataset", "screen", "small"}


def test_the_whole_sample_contradicts_itself_nowhere(store: warehouse.Warehouse) -> None:
    findings = store.run_checks(scopes=("question", "dataset"))
    assert [f.message for f in findings if f.severity == "refuse"] == []


def _named_in(units: str) -> set[str]:
    return set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", units))
