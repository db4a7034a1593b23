"""A dataset folder: its files, its settings, its digest and vintage. Reads footers, never rows."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from flowrisk.dataset import contents, reference, resources, table_formats
from flowrisk.dataset.contract import Column, Table, tables
from flowrisk.domain import TableVintage
from flowrisk.engines.files import WHOLE_BYTES, Files, LocalFiles
from flowrisk.errors import DataError, QuestionError, join_names, nearest, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from flowrisk.dataset.reference import Overlay
    from flowrisk.engines.engine import Engine, FileFacts


SETTINGS_FILE = "flowrisk.toml"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/")  # a Path has one slash where the address had two
_SQL_TYPES = {
    "varchar": {"VARCHAR", "ENUM"},
    "double": {"DOUBLE", "FLOAT", "DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT",
               "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"},
    "date": {"DATE", "TIMESTAMP"},
    "boolean": {"BOOLEAN"},
    "bigint": {"BIGINT", "INTEGER", "SMALLINT", "TINYINT"},
}  # fmt: skip
_PORTABLE = {"varchar": "string"}  # a varchar of Spark wants a length


@dataclass(frozen=True, slots=True)
class BoundTable:
    """A table as one folder has it: its vintage, files, the SQL of each column of the contract,
    and the nullable columns its files lack (they read as null)."""

    vintage: TableVintage
    paths: tuple[PurePath, ...]
    columns: Mapping[str, str]
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one dataset, found but not yet read."""

    path: PurePath
    name: str
    files: Mapping[str, tuple[PurePath, ...]]
    settings: Mapping[str, object] = field(default_factory=dict)
    place: Files = field(default_factory=LocalFiles)
    reference: Mapping[str, Overlay] = field(default_factory=dict)
    version: int | None = None
    """The version of the holdings where they are a table that has versions."""

    def signature(self, *, is_anew: bool = True) -> tuple[object, ...]:
        """Return what changes when any file is replaced; cheap, reads no content.

        Args:
            is_anew: whether to look again; else as the files were when they were last looked at.
        """
        found: list[tuple[PurePath, object]] = []
        own = [overlay.path for overlay in self.reference.values()]
        if is_anew:
            self.place.refresh()
        for path in (*(path for paths in self.files.values() for path in paths), *own):
            try:
                found.append((path, self.place.stamp(path)))
            except (OSError, DataError):
                found.append((path, None))
        return tuple(found)

    def digest(self) -> str:
        """Return the SHA-256 over the sorted (relative path, digest of the content) of all files.

        Files over 64 MiB enter by name, size and footer: their names are content-addressed. Files
        at an address enter by name, size and time of change.
        """
        whole = hashlib.sha256()
        parts = [path for paths in self.files.values() for path in paths]
        parts += [overlay.path for overlay in self.reference.values()]
        settings = self.path / SETTINGS_FILE
        for path in sorted([*parts, *([settings] if self.place.has(settings) else [])]):
            relative = path.relative_to(self.path).as_posix()
            whole.update(f"{relative}\0{self.place.digest(path)}\n".encode())
        return whole.hexdigest()


def local_path(folder: Folder, what: str) -> Path:
    """Return the folder on this machine, after refusing a dataset at an address.

    Args:
        what: what the dataset cannot be there: ``written to``.

    Raises: QuestionError.
    """
    if folder.version is not None:
        raise QuestionError(
            f"A dataset whose holdings are a Delta table cannot be {what}.",
            facts={"folder": folder.path, "version": folder.version},
            remedy="Write to the table with what keeps it, or copy the rows into a dataset.",
        )
    if not isinstance(folder.path, Path):
        raise QuestionError(
            f"A dataset at an address cannot be {what}.",
            facts={"address": folder.path},
            remedy="Copy the folder to this machine and give its path.",
        )
    return folder.path


def open_folder(path: PurePath | str | None = None, *, version: int | None = None) -> Folder:
    """Return the dataset folder at ``path``; None means the bundled sample.

    Args:
        version: which one of holdings that are a Delta table; ``lake@17`` says the same.

    Raises: DataError if the folder or a required table is missing, its settings are broken, or a
        table format keeps it that is not read; QuestionError for an address that cannot be read
        from here.
    """
    root = resources.sample_folder() if path is None else located(path)
    if version is None:
        root, version = table_formats.versioned(root)
    place = _place_of(root)
    if not place.is_folder(root):
        raise DataError(
            "There is no dataset folder at this path.",
            facts={"path": root},
            remedy="Give the folder that holds providers.parquet, holdings/ and so on; "
            "'flowrisk init DIR' makes one.",
        )
    kept = table_formats.found(place, root, tables())
    delta = table_formats.delta_holdings(kept, root, version)
    files = {
        name: delta.paths if delta and name == "holdings" else _files_of(place, root, name)
        for name in tables()
    }
    _refuse_incomplete(root, files)
    is_sample = root == resources.sample_folder()
    name = "sample dataset" if is_sample else f"dataset {printable(root.name)}"
    if delta:
        name = f"{name}, holdings: Delta version {delta.version}"
    settings, rows = _settings_of(place, root / SETTINGS_FILE), reference.read(place, root)
    return Folder(root, name, files, settings, place, rows, delta.version if delta else None)


def _refuse_incomplete(root: PurePath, files: Mapping[str, tuple[PurePath, ...]]) -> None:
    missing = [name for name, table in tables().items() if table.is_required and not files[name]]
    if missing:
        raise DataError(
            "The dataset lacks required tables.",
            facts={
                "folder": root,
                "missing": join_names(_file_name(name) for name in missing),
                "found": join_names(name for name, paths in files.items() if paths) or "no table",
            },
            remedy="Add the files, or make a dataset with 'flowrisk init DIR'.",
        )


def is_folder(path: PurePath) -> bool:
    """Whether a path as ``located`` gives it is that of a folder, not of a file."""
    return _place_of(path).is_folder(path)


def _place_of(root: PurePath) -> Files:
    if isinstance(root, Path):
        return LocalFiles()
    from flowrisk.engines.address import Address
    from flowrisk.engines.stores.object_store import files_at

    return files_at(Address(root))


def located(path: PurePath | str) -> PurePath:
    """Return where a folder or file is: absolute here, or an address on a store.

    Raises: QuestionError for an address of a kind that is not read.
    """
    if _ADDRESS.match(str(path)):
        from flowrisk.engines.address import addressed

        return addressed(path)
    return absolute(path)


def _expanded(path: Path) -> Path:
    """Return a path with its home folder; of a user there is none of, what has that very name."""
    try:
        return path.expanduser()
    except RuntimeError:
        if os.path.lexists(path):
            return path
        raise


def absolute(path: PurePath | str) -> Path:
    """Return the absolute path of a path on this machine, ``~`` being a home folder.

    Raises: QuestionError for the home of a user that there is none of, and for what can be the
        name of no file: too long, or with a NUL in it.
    """
    try:
        whole = _expanded(Path(path)).absolute()
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            whole.lstat()
    except RuntimeError as error:
        raise QuestionError(
            "There is no such home folder.", facts={"path": path}, remedy="Write the path out."
        ) from error
    except (OSError, ValueError) as error:
        raise QuestionError(
            "A path cannot be followed.",
            facts={"path": path, "reason": getattr(error, "strerror", None) or error},
            remedy="Name a file or folder that this system can have.",
        ) from error
    return whole


def read_settings(path: Path) -> Mapping[str, object]:
    """Return the settings of a flowrisk.toml, empty where the file does not exist.

    Raises: DataError if it is not valid TOML.
    """
    return _settings_of(LocalFiles(), path)


def read_tables(
    folder: Folder, engine: Engine, names: Collection[str] | None = None
) -> tuple[BoundTable, ...]:
    """Return tables of the contract as the folder has them, validated by their footers.

    Args:
        names: of which tables; None = every one.

    Raises: DataError for an unreadable file, a missing column or a wrong type, naming the file.
    """
    months = folder.files["holdings"]
    asked = [table for name, table in tables().items() if names is None or name in names]
    footers = engine.read_footers(
        [path for table in asked for path in folder.files[table.name]],
        allowed=[path for paths in folder.files.values() for path in paths],
        # the months are in order: the first and the last know the dates of all
        skimmed={p for p in months[1:-1] if folder.place.stamp(p).byte_count > WHOLE_BYTES},
    )
    return tuple(_bound(table, folder.files[table.name], footers) for table in asked)


def _bound(
    table: Table, paths: tuple[PurePath, ...], footers: Mapping[PurePath, FileFacts]
) -> BoundTable:
    for path in paths:
        refuse_other_letters(path, footers[path].types, table)
        for column in table.columns:
            _refuse_unusable(table, column, path, footers[path])
    lacking = {
        column.name
        for column in table.columns
        if not any(_is_carried(column, footers[path]) for path in paths)
    }
    columns = {
        column.name: f"cast(null as {_PORTABLE.get(column.type, column.type)})"
        if column.name in lacking
        else column.name
        for column in table.columns
    }
    return BoundTable(
        _vintage(table, paths, footers), paths, columns, tuple(sorted(lacking)) if paths else ()
    )


def _files_of(place: Files, root: PurePath, name: str) -> tuple[PurePath, ...]:
    if name == "holdings":
        if isinstance(root, Path):
            contents.refuse_nested(root)
        # names that begin with a dot are what systems leave beside files, not files of ours
        return tuple(place.matching(root / name, "as_of_month=*/[!.]*.parquet"))
    path = root / f"{name}.parquet"
    return (path,) if place.has(path) else ()


def _file_name(name: str) -> str:
    return "holdings/as_of_month=YYYY-MM/*.parquet" if name == "holdings" else f"{name}.parquet"


def _settings_of(place: Files, path: PurePath) -> Mapping[str, object]:
    if not place.has(path):
        return {}
    try:
        return tomllib.loads(place.text(path))
    except (ValueError, OSError, RecursionError) as error:
        raise DataError(
            "The settings file is not valid TOML.",
            facts={"file": path, "reason": error},
            remedy="Correct the line named, or remove the file.",
        ) from error


def _is_carried(column: Column, footer: FileFacts) -> bool:
    """Whether a file has values of a column; one that is all null may have any type."""
    is_all_null = footer.null_counts.get(column.name) == footer.row_count
    kind = footer.types.get(column.name)
    return kind is not None and (_is_of_type(kind, column) or not is_all_null)


def _is_of_type(kind: str, column: Column) -> bool:
    bare = "TIMESTAMP" if kind.startswith("TIMESTAMP") else kind.split("(", 1)[0]
    return bare in _SQL_TYPES[column.type]


def _refuse_unusable(table: Table, column: Column, path: PurePath, footer: FileFacts) -> None:
    """Refuse a required column that is missing, a type that does not fit, unknown values where
    none may be."""
    if column.name not in footer.types and not column.is_nullable:
        raise _missing_column(column, path, footer.types)
    kind = footer.types.get(column.name)
    if kind is None or (column.is_nullable and not _is_carried(column, footer)):
        return
    if kind.upper().startswith("TIMESTAMP WITH TIME ZONE") and column.type == "date":
        raise DataError(
            f"Days of {path.name} carry a time zone: which day is meant depends on the machine.",
            facts={"file": path, "column": column.name, "found": kind.lower(), "needed": "date"},
            remedy="Write the column as plain days.",
        )
    if not _is_of_type(kind, column):
        raise DataError(
            f"Column '{column.name}' of {path.name} has the wrong type.",
            facts={"file": path, "found": kind.lower(), "needed": column.type},
            remedy=f"Write it with the type needed; see 'flowrisk tables raw.{table.name}'.",
        )
    null_count = footer.null_counts.get(column.name, 0)
    if null_count and not column.is_nullable:
        raise DataError(
            f"Column '{column.name}' of {path.name} has unknown values.",
            facts={"file": path, "unknown values": null_count, "rows": footer.row_count},
            remedy=f"Give every row its value ({column.meaning}), or remove the row.",
        )


def refuse_other_letters(path: PurePath, names: Iterable[str], table: Table) -> None:
    """Refuse a file with the name of a column of the contract in other letters (``Shares``): an
    engine takes it for the column, or for nothing.

    Raises: DataError.
    """
    ours, found = {column.name for column in table.columns}, set(names)
    for name in sorted(found - ours):
        meant = name.casefold()
        if meant in ours:
            is_twice = meant in found
            raise DataError(
                f"Column '{meant}' of {path.name} "
                + ("stands twice." if is_twice else f"is written '{name}'."),
                facts={"file": path, "columns found": join_names(found & {name, meant})},
                remedy="Leave the one that is meant, under the name of the contract.",
            )


def _missing_column(column: Column, path: PurePath, present: Mapping[str, str]) -> DataError:
    close = nearest(column.name, present)
    facts: dict[str, object] = {"file": path, "columns found": join_names(present)}
    if close:
        facts["nearest"] = close
    return DataError(
        f"Column '{column.name}' is missing from {path.name}.",
        facts=facts,
        remedy=f"Add the column: {column.meaning}.",
    )


def _vintage(
    table: Table, paths: tuple[PurePath, ...], footers: Mapping[PurePath, FileFacts]
) -> TableVintage:
    facts = [footers[path] for path in paths]
    column = table.date_column or ""
    bounds = [fact.bounds[column] for fact in facts if column in fact.bounds]
    return TableVintage(
        name=table.name,
        row_count=sum(fact.row_count for fact in facts),
        oldest_on=min((low for low, _ in bounds), default=None),
        newest_on=max((high for _, high in bounds), default=None),
        is_present=bool(paths),
    )
