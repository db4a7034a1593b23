"""One question over one dataset: binds the tables, loads the question, builds the models, runs
the checks, hands out frames. Adds nothing to what the SQL says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.dataset import contents, reference, sql_models, whole
from flowrisk.dataset.bound_tables import BoundTables
from flowrisk.dataset.contract import tables
from flowrisk.domain import Finding, TableVintage
from flowrisk.engines.composing import own_name
from flowrisk.engines.engine import Definition
from flowrisk.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    import polars as pl

    from flowrisk.dataset.folder import BoundTable, Folder
    from flowrisk.dataset.reference import Overlay
    from flowrisk.dataset.sql_models import Model
    from flowrisk.engines.engine import Engine, Row


QUESTION_TABLES: Mapping[str, Mapping[str, str]] = {
    "scenarios": {"scenario_id": "varchar", "position_id": "bigint", "treatment": "varchar"},
    "providers": {
        "scenario_id": "varchar",
        "scenario_position_id": "bigint",
        "provider_id": "varchar",
    },
    "securities": {"security_id": "varchar", "position_id": "bigint", "is_in_basket": "boolean"},
    "assumptions": {
        "as_of_on": "date",
        "known_on": "date",
        "facts_until_on": "date",
        "oldest_on": "date",
        "adv_window_days": "bigint",
        "volatility_window_days": "bigint",
        "participation_ratio": "double",
        "auction_low_ratio": "double",
        "auction_high_ratio": "double",
        "method": "varchar",
        "drift_ratio": "double",
        "manager_low_ratio": "double",
        "manager_central_ratio": "double",
        "manager_high_ratio": "double",
    },
    "treatments": {
        "scenario_id": "varchar",
        "provider_id": "varchar",
        "security_id": "varchar",
        "treatment": "varchar",
        "sold_ratio": "double",
        "gross_sold_ratio": "double",
        "gross_bought_ratio": "double",
    },
    "index_moves": {
        "scenario_id": "varchar",
        "provider_id": "varchar",
        "index_id": "varchar",
        "sold_ratio": "double",
        "is_asked": "boolean",
    },
    "price_overrides": {"security_id": "varchar", "close_usd": "double"},
    "book": {
        "portfolio": "varchar",
        "identifier": "varchar",
        "security_id": "varchar",
        "is_definite": "boolean",
        "index_named": "varchar",
        "index_id": "varchar",
        "shares": "double",
        "value_usd": "double",
    },
    "sessions": {
        "calendar_id": "varchar",
        "session_on": "date",
        "session_number": "bigint",
        "is_assumed": "boolean",
    },
    "steps": {"security_id": "varchar", "effective_on": "date", "sold_ratio": "double"},
    "listings": {
        "security_id": "varchar",
        "exchange_id": "varchar",
        "calendar_id": "varchar",
        "is_assumed": "boolean",
    },
    "assumed_ratios": {
        "provider_id": "varchar",
        "security_id": "varchar",
        "tracking_ratio": "double",
    },
    "assumed_index_ratios": {
        "index_id": "varchar",
        "security_id": "varchar",
        "tracking_ratio": "double",
    },
    "assumed_weights": {
        "index_id": "varchar",
        "security_id": "varchar",
        "weight_ratio": "double",
    },
    "assumed_pools": {
        "pool_id": "varchar",
        "provider_id": "varchar",
        "amount_low_usd": "double",
        "amount_central_usd": "double",
        "amount_high_usd": "double",
        "exposure_low_ratio": "double",
        "exposure_central_ratio": "double",
        "exposure_high_ratio": "double",
        "density_index_id": "varchar",
        "index_id": "varchar",
        "has_known_funds": "boolean",
    },
}
SEVERITIES = ("refuse", "warn", "note")
_READ_ON = ("staging", "intermediate")
_SHOWN_COUNT = 6
# up to here a question can afford to look at every position; beyond, only 'flowrisk check' does
_SMALL_ROWS = 2_000_000


class Warehouse:
    """A dataset bound to an engine, ready for one question.

    Args:
        is_whole: whether the question is about every security, so that nothing is kept that has a
            row a holding.
        models: the models and tables that the question reads, where it tells of nothing else: at
            an address, other tables are left aside. None = all are told of.
    """

    def __init__(
        self,
        folder: Folder,
        engine: Engine,
        *,
        is_whole: bool = False,
        models: Sequence[str] | None = None,
    ) -> None:
        self.folder = folder
        self._is_whole = is_whole
        self.engine = engine
        is_all = models is None or isinstance(folder.path, Path)
        self.tables = BoundTables(folder, engine, ahead=None if is_all else _read_by(models or ()))
        self._defined: set[str] = set()
        self._loaded: set[str] = set()
        self._deferred: dict[str, Callable[[], Sequence[Sequence[object]]]] = {}
        engine.size_for(
            sum(table.vintage.row_count for table in self.tables.known()), is_whole=is_whole
        )

    def vintages(self) -> tuple[TableVintage, ...]:
        """Return rows and dates of every table that was looked into, or has no file."""
        return tuple(table.vintage for table in self.tables.known())

    def load_question(self, tables: Mapping[str, Sequence[Sequence[object]]]) -> None:
        """Load the question as tables of the schema ``scenario``; absent ones stay empty."""
        for name in QUESTION_TABLES:
            if name not in self._loaded and name not in self._deferred:
                self.load_part(name, tables.get(name, ()))

    def load_part(self, name: str, rows: Sequence[Sequence[object]]) -> None:
        """Load one table of the question ahead of the others, which may depend on it."""
        self.engine.load_rows(f"scenario.{name}", QUESTION_TABLES[name], rows)
        self._loaded.add(name)

    def load_when_read(self, name: str, rows: Callable[[], Sequence[Sequence[object]]]) -> None:
        """Load one table of the question once a model that is defined reads it, else never."""
        self._deferred[name] = rows

    def load_part_as(self, name: str, sql: str) -> None:
        """Load one table of the question from what the data says."""
        self.engine.define(f"scenario.{name}", sql, is_table=True)
        self._loaded.add(name)

    def define(self, names: Sequence[str]) -> None:
        """Bind the tables (``raw``), load the parts of the question (``scenario``) and define the
        models named, and all they read, once."""
        self.engine.rows_of_each([], over=self._undefined(names))

    def _undefined(self, names: Iterable[str]) -> list[Definition]:
        """Return the models named and all they read that are still to be defined, and bind what
        they read of files and question; what is read on an engine may keep."""
        named = sql_models.needed_for(names, read_as=self._as_read)
        reads = dict.fromkeys([*names, *(read for model in named for read in model.reads)])
        self.tables.read(_raw(reads))
        for read in reads:
            self._bind(read)
        # a part of the question that is loaded when it is read may have defined some of them
        needed = [model for model in named if model.qualified_name not in self._defined]
        self._defined.update(model.qualified_name for model in needed)
        return [
            Definition(
                model.qualified_name, model.sql, model.is_table, model.layer in _READ_ON,
                model.reads,
            )
            for model in needed
        ]  # fmt: skip

    def _as_read(self, model: Model) -> Model:
        """Return a model as this question reads it."""
        if not self._is_whole:
            return model
        return whole.read_whole(model, self.engine, self.tables["holdings"])

    def _bind(self, qualified: str) -> None:
        schema, name = qualified.split(".")
        if schema == "scenario" and name in self._deferred:
            self.load_part(name, self._deferred.pop(name)())
        if schema == "raw" and qualified not in self._defined:
            table, overlay = self.tables[name], self.folder.reference.get(name)
            if overlay is None:
                self.engine.bind_parquet(qualified, table.paths, table.columns)
            else:
                self._bind_over(table, overlay)
            self._defined.add(qualified)

    def _bind_over(self, table: BoundTable, overlay: Overlay) -> None:
        """Bind a table with the rows of its reference file over those of its own file."""
        name = own_name(table.vintage.name)
        stated, given = f"raw.{name}_stated", f"raw.{name}_given"
        self.engine.bind_parquet(stated, table.paths, table.columns)
        self.engine.load_rows(given, overlay.types(), overlay.loaded())
        keys = ", ".join(f"{given}.{own_name(key)}" for key in overlay.table.keys)
        same = " and ".join(f"{stated}.{own_name(key)} = {given}.{own_name(key)}"
                            for key in overlay.table.keys)  # fmt: skip
        known = self.engine.rows(f"select {keys} from {given} inner join {stated} on {same}")
        reference.refuse_incomplete(overlay, known)
        self.engine.define(f"raw.{name}", overlay.sql(stated, given), is_table=True)

    def frame(self, name: str) -> pl.DataFrame:
        """Return a model's rows in the order its select gives them."""
        return self.frames([name])[name]

    def frames(self, names: Sequence[str]) -> dict[str, pl.DataFrame]:
        """Return the rows of each model in the order its select gives them."""
        self.define(names)
        found = self.engine.frames([f"select * from {own_name(name)}" for name in names])
        return dict(zip(names, found, strict=True))

    def run_checks(
        self, *, scopes: Sequence[str] = ("question",), ahead: Sequence[str] = ()
    ) -> list[Finding]:
        """Run the checks of these scopes and return those with counter-examples.

        A check gives ``subject`` and ``fact``; no rows means its sentence is true. The models
        named in ``ahead`` are defined meanwhile.
        """
        return self.checked(scopes=scopes, ahead=ahead)[0]

    def checked(
        self, *, scopes: Sequence[str], ahead: Sequence[str] = (), read: Sequence[str] = (),
        severities: Collection[str] = SEVERITIES,
    ) -> tuple[list[Finding], dict[str, list[Row]]]:  # fmt: skip
        """Return what the checks found, as ``run_checks``, and the rows of the models named in
        ``read`` by column name, in the order their selects give them: all side by side. What
        checks of other ``severities`` would find, nobody is told."""
        if "dataset" in scopes or self.tables["holdings"].vintage.row_count <= _SMALL_ROWS:
            scopes = [*scopes, "small"]
        checks = _checks(scopes, severities)
        selects = [Definition(check.qualified_name, check.sql, reads=check.reads)
                   for check in checks]  # fmt: skip
        selects += map(_read, sql_models.named(read))
        needed = [reference for select in selects for reference in sorted(select.reads)]
        found = self.engine.rows_of_each(selects, over=self._undefined([*needed, *ahead]))
        findings = [
            *(_finding(check, rows) for check, rows in zip(checks, found, strict=False) if rows),
            *self._absences(),
            *self._departures(is_whole="dataset" in scopes),
            *self._lost_months(),
        ]
        return findings, dict(zip(read, found[len(checks) :], strict=True))

    def _absences(self) -> list[Finding]:
        """Say which optional tables the dataset lacks, and which nullable columns of those that
        were looked into."""
        contract, known = tables(), {table.vintage.name: table for table in self.tables.known()}
        missing = [
            (name, f"without it: {contract[name].switches_off}")
            for name, table in known.items()
            if not table.vintage.is_present and contract[name].switches_off
        ]
        lacking = [
            (name, ", ".join(table.lacking))
            for name, table in known.items()
            if table.vintage.is_present and table.lacking
        ]
        facts = (
            ("tables_are_complete", "optional tables are missing", missing),
            ("columns_are_complete", "columns are missing or empty and read as unknown", lacking),
        )
        return [
            Finding(
                code,
                says,
                "note",
                "Add them if you have them.",
                len(rows),
                tuple(f"{subject}: {fact}" for subject, fact in rows[:_SHOWN_COUNT]),
            )
            for code, says, rows in facts
            if rows
        ]

    def _lost_months(self) -> list[Finding]:
        """Say of which months reports are listed while there is no file of positions."""
        if contents.is_moving(self.folder.path):
            return []
        self.define(["staging.fund_reports"])
        listed = self.engine.rows(
            "select distinct cast(as_of_on as date) from staging.fund_reports"
        )
        here = {path.parent.name.partition("=")[2] for path in self.tables["holdings"].paths}
        lost = sorted({f"{day:%Y-%m}" for (day,) in listed if day} - here)
        says = "months of fund reports have no positions: what they list is lost"
        remedy = "Restore the months from the dataset's source, or ingest their reports again."
        shown = tuple(f"{month}: no file of holdings" for month in lost[:_SHOWN_COUNT])
        return [Finding("months_are_here", says, "warn", remedy, len(lost), shown)] if lost else []

    def _departures(self, *, is_whole: bool) -> list[Finding]:
        """Say which files are gone, or not as they were last written."""
        root = self.folder.path
        if contents.is_moving(root):
            return []
        found = contents.departures(self.folder.place, root, is_whole=is_whole)
        shown = tuple(f"{name}: {fact}" for name, fact in found[:_SHOWN_COUNT])
        says = "files of the dataset are missing, or have changed since they were written"
        remedy = (
            "Restore the files from the dataset's source. If the change is meant, remove "
            f"{contents.FILE}: then the files count as they are."
        )
        return (
            [Finding("files_are_as_written", says, "warn", remedy, len(found), shown)]
            if found
            else []
        )


def refuse(findings: Sequence[Finding], folder: Folder) -> None:
    """Raise for the findings that make the data unusable.

    Raises: DataError naming each check that failed, with counter-examples.
    """
    broken = [finding for finding in findings if finding.severity == "refuse"]
    if broken:
        facts: dict[str, object] = {"dataset": folder.path}
        for finding in broken:
            facts[finding.code] = finding.message
        raise DataError(
            "The dataset contradicts itself.",
            facts=facts,
            remedy=" ".join(dict.fromkeys(finding.remedy for finding in broken)),
        )


def _checks(scopes: Collection[str], severities: Collection[str] = SEVERITIES) -> list[Model]:
    found = sql_models.of_layer("checks")
    return [each for each in found
            if each.facts["scope"] in scopes and each.facts["severity"] in severities]  # fmt: skip


def checks_of_questions() -> list[str]:
    """Return the names of the checks that every question is put to."""
    return [check.qualified_name for check in _checks(("question", "small"))]


def _read_by(names: Sequence[str]) -> set[str]:
    """Return the tables that models read, by name, and those named."""
    needed = sql_models.needed_for(names)
    return _raw([*names, *(read for model in needed for read in model.reads)])


def _raw(reads: Iterable[str]) -> set[str]:
    return {name for schema, _, name in (read.partition(".") for read in reads) if schema == "raw"}


def _read(model: Model) -> Definition:
    """Return the select of a model's rows; a view is not defined to be read once."""
    name = model.qualified_name
    if model.is_table:
        return Definition(f"{name} read", f"select * from {own_name(name)}", reads=(name,))
    return Definition(f"{name} read", model.sql, reads=model.reads)


def _finding(check: Model, rows: Sequence[Row]) -> Finding:
    shown = sorted((str(row["subject"]), str(row["fact"])) for row in rows)[:_SHOWN_COUNT]
    return Finding(
        code=check.name,
        says=check.facts["says"],
        severity=check.facts["severity"],
        remedy=check.facts["remedy"],
        count=len(rows),
        examples=tuple(f"{subject}: {fact}" for subject, fact in shown),
    )
