"""Build the bundled sample dataset from its facts: ``python scripts/build_sample.py``.

Owns the steps and the writing; what a row means is said in ``sample/TABLE.sql``, what a table
looks like in ``flowrisk/dataset/contract.py``. The same facts give the same bytes.
"""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import duckdb

from flowrisk.dataset.contract import Table, tables
from flowrisk.errors import ModelError

_MODELS = Path(__file__).resolve().parent / "sample"
_SAMPLE = Path(__file__).resolve().parents[1] / "sample_data"


def build(sources: Path, target: Path) -> dict[str, int]:
    """Write every table of the contract that has a model into ``target``, replacing old ones.

    Args:
        sources: the folder of facts, one CSV a source.
        target: the dataset folder; its other files stay.

    Returns: rows by table.
    Raises: ModelError if a model does not give the columns of the contract in their order.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        _read_facts(connection, sources)
        relations = {
            name: _conformed(connection, table)
            for name, table in tables().items()
            if (_MODELS / f"{name}.sql").exists()
        }
        _clear(target)
        for name, relation in relations.items():
            write = _write_months if name == "holdings" else _write_table
            write(relation, target / name)
        return {name: len(relation) for name, relation in relations.items()}


def _read_facts(connection: duckdb.DuckDBPyConnection, sources: Path) -> None:
    """Make each CSV a table ``sources.NAME`` of texts, with its line as ``row_id``."""
    connection.execute("create schema sources")
    for path in sorted(sources.glob("*.csv")):
        facts = connection.read_csv(str(path), header=True, all_varchar=True, delimiter=",")
        facts.project("row_number() over () as row_id, *").create(f"sources.{path.stem}")


def _conformed(connection: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    """Return the rows of a model in the types of the contract, sorted."""
    selected = connection.sql((_MODELS / f"{table.name}.sql").read_text(encoding="utf-8"))
    columns = [column.name for column in table.columns]
    if selected.columns != columns:
        raise ModelError(
            f"scripts/sample/{table.name}.sql does not give the columns of the contract.",
            facts={"selected": selected.columns, "contract": columns},
            remedy="Select exactly the columns of the contract, in its order.",
        )
    typed = (f"cast({column.name} as {column.type}) as {column.name}" for column in table.columns)
    # a question about one security then meets one run of rows in each month
    keys = ("security_id", "fund_id", "as_of_on") if table.name == "holdings" else table.keys
    return selected.project(", ".join(typed)).order(", ".join(keys))


def _clear(target: Path) -> None:
    """Remove the tables of an earlier build."""
    shutil.rmtree(target / "holdings", ignore_errors=True)
    for path in target.glob("*.parquet"):
        path.unlink()


def _write_table(relation: duckdb.DuckDBPyRelation, stem: Path) -> None:
    relation.write_parquet(str(stem.with_suffix(".parquet")), compression="zstd")


def _write_months(relation: duckdb.DuckDBPyRelation, folder: Path) -> None:
    """Write one part a month, named by its content."""
    month = "strftime(as_of_on, '%Y-%m')"
    for (name,) in relation.project(f"{month} as as_of_month").distinct().fetchall():
        part = folder / f"as_of_month={name}" / "part.parquet"
        part.parent.mkdir(parents=True)
        relation.filter(f"{month} = '{name}'").write_parquet(str(part), compression="zstd")
        part.rename(part.with_stem(sha256(part.read_bytes()).hexdigest()[:16]))


if __name__ == "__main__":
    for built, row_count in build(_SAMPLE / "sources", _SAMPLE).items():
        print(f"{built:<22} {row_count:>6}")
