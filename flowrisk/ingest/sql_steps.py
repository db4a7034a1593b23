"""The SQL of an ingest: ``sql/ingest/NAME.sql`` becomes ``ingest.NAME``, view or table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.dataset import resources, sql_models

if TYPE_CHECKING:
    from flowrisk.engines.bulk import Bulk


def define(bulk: Bulk, *names: str) -> None:
    """Define steps in the order given, each as the view or table its header says.

    Raises: ModelError for a step without a proper header; DataError where its select fails.
    """
    folder = resources.sql_folder() / "ingest"
    for name in names:
        text = (folder / f"{name}.sql").read_text(encoding="utf-8")
        step = sql_models.parse(text, layer="ingest", name=name)
        bulk.define(f"ingest.{name}", step.sql, is_table=step.is_table)
