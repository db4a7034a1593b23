"""Every statement is put together in one way: names, texts and paths pass through ``composing``."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import flowrisk
from flowrisk.engines import composing
from flowrisk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(flowrisk.__file__).parent
SAFE = {"literal", "literals", "identifier", "own_name", "file", "parquet", "csv", "spark_literal"}
# a text is SQL where its first word is one, or it holds a clause that prose does not
SQL = re.compile(
    r"^\s*\(?((select|from|insert|create|drop|detach|delete|update|alter|explain|describe"
    r"|pragma|load|install|export|checkpoint|attach) |with \w+ as|set \w+( \w+)? =|reset \w+$"
    r"|copy [(f]|(min|max|cast|read_\w+)\()"
    r"|\b(select .* from|insert into|union all|read_(parquet|csv|text|blob|json)\s*\(|order by"
    r"|is not distinct|filter \(where|as varchar|row_group_size)\b|::varchar",
    re.DOTALL,
)
# what is put in as it stands, where, and why it is ours: whole selects from sql/ or this package,
# and numbers
OURS = {
    "engines/bulk.py": {
        "kind": "one of two words", "sql": "a select of ours", "told": "made of literals",
        "_ROW_GROUP_SIZE": "a number", "origin": "a select of ours", "marks": "question marks",
        "signature": "made of own names", "value": "a select of ours",
    },
    "engines/duckdb.py": {
        "measures": "made of identifiers", "selected": "made of own names", "origin": "as above",
        "typed": "made of own names", "', '.join([marks] * len(part))": "question marks",
        "sql": "a select of ours", "'table' if is_table else 'view'": "one of two words",
        "signature": "a macro of sql/", "key": "made of own names",
    },
    "engines/composing.py": {"files": "made of literals", "typed": "made of literals"},
    "engines/spark.py": {
        "selected": "made of own names", "origin": "a select of ours", "kind": "one of two words",
        "sql": "a select of ours",
    },
    "engines/stores/object_store.py": {"extension": "a value of a table of ours"},
    "ingest/merging.py": {
        "gone": "a condition of ours", "same": "made of own names", "order": "made of own names",
        "_HOLDINGS": "ours", "old": "from composing.parquet",
        "rows": "a select of ours", "typed": "made of own names",
        "key": "a key of the contract", "stated": "from composing.parquet",
        "table": "an own name", "copy": "an own name", "in_use": "made of own names",
        "mapped": "made of own names", "keys": "made of own names",
        "given": "an own name",
    },
    "ingest/landing.py": {
        "columns.format(kinds=kinds)": "ours, kinds are literals",
    },
    "ingest/formats/nport_readings.py": {"holding": "a condition of ours"},
    "question/matching/naming.py": {"columns": "made of own names"},
    "dataset/reference.py": {
        "cells": "made of own names", "stated": "an own name", "given": "an own name",
        "same": "made of own names", "sql": "made of own names",
    },
    "dataset/warehouse.py": {
        "keys": "made of own names", "stated": "an own name", "given": "an own name",
        "same": "made of own names",
    },
    "dataset/whole.py": {
        "sql": "a model of ours", "' or '.join(between) or 'false'": "made of literals",
    },
    "dataset/folder.py": {"_PORTABLE.get(column.type, column.type)": "a type of the contract"},
    "ingest/formats/nport.py": {
        "first_report_id": "a number", "origin": "from composing.csv",
        "', '.join(selected)": "made of identifiers",
        "repeated": "an identifier, or null", "same": "made of identifiers",
        "trimmed": "made of identifiers",
    },
    "query/catalog.py": {"call": "a macro of sql/", "full": "shown, not run: a name of ours"},
    "answers/digital_asset_ratios.py": {"MARKET_VALUES": "ours"},
    "question/balance_sheets.py": {"', '.join(_COLUMNS)": "ours", "STATEMENTS": "ours"},
    "ingest/recognition.py": {
        "tried": "made of literals and numbers", "_HOLDINGS": "ours",
        "origin": "from composing.parquet",
    },
    "answers/compare.py": {"_CHOICE": "a model of ours"},
}  # fmt: skip


def spliced(tree: ast.AST) -> Iterator[tuple[int, str, ast.expr]]:  # noqa: C901 - one walk
    """Every expression that becomes part of a text that is SQL: by f-string, format, % or +."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values
            )
            if SQL.search(text):
                for part in node.values:
                    if isinstance(part, ast.FormattedValue):
                        yield node.lineno, text, part.value
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
            for side, other in ((node.left, node.right), (node.right, node.left)):
                if (
                    isinstance(side, ast.Constant)
                    and isinstance(side.value, str)
                    and SQL.search(side.value)
                    and not isinstance(other, ast.Constant | ast.JoinedStr)
                ):
                    yield node.lineno, side.value, other
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"format", "replace"}
            and isinstance(node.func.value, ast.Constant)
            and SQL.search(str(node.func.value.value))
        ):
            for argument in [*node.args, *(word.value for word in node.keywords)]:
                yield node.lineno, str(node.func.value.value), argument


def is_quoted(expression: ast.expr) -> bool:
    if isinstance(expression, ast.Constant | ast.JoinedStr):
        return True
    if isinstance(expression, ast.IfExp):
        return is_quoted(expression.body) and is_quoted(expression.orelse)
    return (
        isinstance(expression, ast.Call)
        and isinstance(expression.func, ast.Name)
        and expression.func.id in SAFE
    )


def unquoted(source: str, allowed: set[str]) -> list[str]:
    return [
        f"line {line}: {ast.unparse(part)} in {text[:60]!r}"
        for line, text, part in spliced(ast.parse(source))
        if not is_quoted(part) and ast.unparse(part) not in allowed
    ]


def home_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=home_of)
def test_nothing_becomes_sql_but_through_the_helper(path: Path) -> None:
    place = home_of(path)
    known = next((names for end, names in OURS.items() if place.endswith(end)), {})
    assert unquoted(path.read_text(encoding="utf-8"), set(known)) == []


def test_what_is_put_in_as_it_stands_is_still_put_in() -> None:
    for place, names in OURS.items():
        tree = ast.parse((PACKAGE / place).read_text(encoding="utf-8"))
        assert set(names) <= {ast.unparse(part) for _, _, part in spliced(tree)}, place


@pytest.mark.parametrize(
    "careless",
    [
        'run(f"select {name} from t")', "run(f'create view {name} as select 1')",
        "run('select * from ' + name)", "run('select * from %s' % name)",
        "run('select {} from t'.format(name))", "run(f\"from read_parquet('{path}')\")",
        "run(f'attach {path} as x')", "x = f'min({name})::varchar'",
    ],
)  # fmt: skip
def test_the_walk_sees_what_is_careless(careless: str) -> None:
    assert unquoted(careless, set())


NAMES = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\"'`\\;-/*()[]{}$\x00\n"),
    min_size=1, max_size=30,
)  # fmt: skip
HOSTILE = ['a"b', "a'b", "a\\", '") from x; drop table x; --', "';--", "a\nb", "$1", "\x1b[2J"]


@settings(deadline=None, max_examples=60)
@given(NAMES)
def test_any_text_comes_back_as_itself(text: str) -> None:
    row = duckdb.connect().execute(f"select {composing.literal(text)}").fetchone()
    assert row == (text,)


@settings(deadline=None, max_examples=60)
@given(NAMES)
def test_any_name_is_one_column(name: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table t ({composing.identifier(name)} int)")
        found = connection.execute("describe t").fetchall()
    assert [row[0] for row in found] == [name]


@pytest.mark.parametrize("name", [*HOSTILE, "", "A", "a b", "a.", "1a"])
def test_a_name_that_is_not_ours_is_refused(name: str) -> None:
    with pytest.raises(ModelError):
        composing.own_name(name)


@pytest.mark.parametrize("name", ["a[1].parquet", "a*.parquet", "a?b.parquet", "a'b.parquet"])
def test_a_path_names_one_file(tmp_path: Path, name: str) -> None:
    decoys = {"a1.parquet", "ab.parquet", "axb.parquet", name}
    for each in decoys:
        duckdb.execute(
            f"copy (select {composing.literal(each)} as a) to {composing.literal(tmp_path / each)}"
        )
    rows = duckdb.execute(f"select a from {composing.parquet([tmp_path / name])}").fetchall()
    assert rows == [(name,)]
