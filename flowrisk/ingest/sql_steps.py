"""The SQL of an ingest: ``sql/ingest/NAME.sql`` becomes ``ingest.NAME``, a view, a table or, where
its header has arguments, a function of one value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowrisk.dataset import resources, sql_models

if TYPE_CHECKING:
    from flowrisk.engines.bulk import Bulk


_READ = re.compile(r"\bingest\.([a-z_]+)\b")


def define(bulk: Bulk, *names: str) -> None:
    """Define steps, each after those it reads, as the view, table or function its header says.

    Raises: ModelError for a step without a proper header, or steps that read each other in a
        circle; DataError where a select fails.
    """
    folder = resources.sql_folder() / "ingest"
    steps = {
        name: sql_models.parse(
            (folder / f"{name}.sql").read_text(encoding="utf-8"), layer="ingest", name=name
        )
        for name in names
    }
    reads = {name: {*_READ.findall(step.sql)} & steps.keys() for name, step in steps.items()}
    for name in sql_models.ordered(reads):
        step = steps[name]
        if step.arguments:
            bulk.define_function(f"ingest.{name}", step.arguments, step.sql)
        else:
            bulk.define(f"ingest.{name}", step.sql, is_table=step.is_table)
