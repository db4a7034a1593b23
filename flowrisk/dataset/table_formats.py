"""Folders that a table format keeps (Delta, Iceberg, Hudi): which files are the table stands in its
log, and what a version dropped still lies beside them. They are never read as plain files.

Owns the signs of such a folder, and the one kind that is read: holdings as a Delta table of this
machine, by the library deltalake, one version of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from flowrisk.engines.files import Files, LocalFiles
from flowrisk.errors import DataError, QuestionError, join_names

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FOLDERS = {"_delta_log": "Delta", ".hoodie": "Hudi"}
_ICEBERG = "metadata/*.metadata.json*"
# what a server that lists nothing is asked for
_FILES = {
    "_delta_log/_last_checkpoint": "Delta",
    "_delta_log/00000000000000000000.json": "Delta",
    "metadata/version-hint.text": "Iceberg",
    ".hoodie/hoodie.properties": "Hudi",
}
_VERSIONED = re.compile(r"(?P<name>.+)@(?P<version>\d{1,18})")
# what a reader of the parquet files alone may leave aside
_HARMLESS = {"timestampNtz", "vacuumProtocolCheck", "v2Checkpoint"}
# folders between a table and its files: the data, and its partitions
_DEEPEST_COUNT = 5
_PARTITION = "as_of_month"
_FILE = re.compile(rf"{_PARTITION}=\d{{4}}-\d{{2}}/[^/\\]+\.parquet")


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder that a table format keeps."""

    format: str
    folder: PurePath


@dataclass(frozen=True, slots=True)
class DeltaFiles:
    """The files of one version of a Delta table."""

    version: int
    paths: tuple[Path, ...]


def versioned(path: PurePath) -> tuple[PurePath, int | None]:
    """Return a folder and the version asked of it (``lake@17``), None where none is; a folder of
    this machine that bears such a name is itself."""
    told = _VERSIONED.fullmatch(path.name)
    if told is None or (isinstance(path, Path) and path.exists()):
        return path, None
    return path.with_name(told["name"]), int(told["version"])


def found(place: Files, root: PurePath, tables: Collection[str]) -> list[Kept]:
    """Return the folders of a dataset that a table format keeps: the dataset itself, one in which a
    table's files are looked for, or one that bears a table's name.

    Args:
        tables: the names of all tables.
    """
    below = place.folders(root)
    if below is None:
        return [
            Kept(name, folder)
            for folder in (root, root / "holdings")
            for file, name in _FILES.items()
            if place.has(folder / file)
        ]
    named = [name for name in below if name.removesuffix(".parquet") in tables]
    kept = list(_signs(place, root, below))
    for name in named:
        kept += _signs(place, root / name, place.folders(root / name) or ())
    return kept + _nested(place, root / "holdings") if "holdings" in below else kept


def _signs(place: Files, folder: PurePath, below: Collection[str]) -> Iterator[Kept]:
    for sign, name in _FOLDERS.items():
        if sign in below:
            yield Kept(name, folder)
    if "metadata" in below and place.matching(folder, _ICEBERG):
        yield Kept("Iceberg", folder)


def _nested(place: Files, holdings: PurePath) -> list[Kept]:
    """Return the tables that lie in the months of plain holdings, or beside them."""
    patterns = {f"*/{sign}/*": name for sign, name in _FOLDERS.items()}
    patterns[f"*/{_ICEBERG}"] = "Iceberg"
    signs = [(name, place.matching(holdings, pattern)) for pattern, name in patterns.items()]
    return [Kept(name, files[0].parent.parent) for name, files in signs if files]


def around(file: Path) -> Kept | None:
    """Return the table in whose folder a file lies, None where it lies in none."""
    place = LocalFiles()
    for folder in file.parents[:_DEEPEST_COUNT]:
        if kept := next(_signs(place, folder, place.folders(folder) or ()), None):
            return kept
    return None


def refused(kept: Kept, reason: str = "") -> DataError:
    """Return the refusal of such a folder.

    Args:
        reason: why it is not read although its kind is.
    """
    facts: dict[str, object] = {"folder": kept.folder, "format": kept.format}
    if reason:
        facts["reason"] = reason
    return DataError(
        f"The folder is a table of the format {kept.format}: its log says which files count.",
        facts=facts,
        remedy="Write its rows as plain parquet files into a folder of its own; see the page "
        "'my holdings are in Snowflake, BigQuery, Databricks'."
        + (
            " Holdings on this machine are read with the extra: pip install '.[delta]'."
            if kept.format == "Delta" and not reason
            else ""
        ),
    )


def delta_holdings(
    kept: Collection[Kept], root: PurePath, version: int | None
) -> DeltaFiles | None:
    """Return the files of the holdings where they are a Delta table that can be read; None where no
    table format keeps anything.

    Args:
        version: which one; None = the newest.

    Raises: DataError for a folder that cannot be read, by name; QuestionError for a version of a
        dataset that has none.
    """
    for each in kept:
        is_holdings = each.folder == root / "holdings" and isinstance(root, Path)
        if each.format != "Delta" or not is_holdings or not _is_installed():
            raise refused(each)
    if kept:
        return _delta_files(next(iter(kept)), version)
    if version is not None:
        raise QuestionError(
            "Only holdings that are a Delta table have versions.",
            facts={"dataset": root, "version": version},
            remedy="Leave '@' and the number out.",
        )
    return None


def _is_installed() -> bool:
    import importlib.util

    return importlib.util.find_spec("deltalake") is not None


def _delta_files(kept: Kept, version: int | None) -> DeltaFiles:
    import deltalake
    from deltalake import exceptions

    folder = Path(kept.folder)
    try:
        table = deltalake.DeltaTable(folder, version=version)
        _refuse_features(kept, table)
        names = _names(table)
    except (exceptions.DeltaError, exceptions.TableNotFoundError, ValueError, OSError) as error:
        told = re.sub(r"\s+", " ", str(error))[:200]
        asked = "" if version is None else f"version {version}: "
        raise refused(kept, asked + told) from error
    if strange := [name for name in names if not _FILE.fullmatch(name)]:
        raise refused(kept, f"its log names a file that is none of a month: {strange[0]}")
    paths = sorted(folder / name for name in names)
    if gone := [path for path in paths if not path.is_file()]:
        raise refused(kept, f"a file of version {table.version()} is gone: {gone[0].name}")
    return DeltaFiles(table.version(), tuple(paths))


def _refuse_features(kept: Kept, table: Any) -> None:  # noqa: ANN401 - the library's own
    """Refuse what makes the rows of a table others than those of its files."""
    protocol, metadata = table.protocol(), table.metadata()
    features = set(protocol.reader_features or ()) - _HARMLESS
    if metadata.configuration.get("delta.columnMapping.mode", "none") != "none":
        features.add("columnMapping")
    if features:
        raise refused(kept, f"it uses what is not read: {join_names(sorted(features))}")
    if list(metadata.partition_columns) != [_PARTITION]:
        told = join_names(metadata.partition_columns) or "nothing"
        raise refused(kept, f"it is partitioned by {told}, not by {_PARTITION}")


def _names(table: Any) -> list[str]:  # noqa: ANN401 - the library's own
    """Return the paths of a version's files in the table."""
    actions = table.get_add_actions(flatten=True)
    return [str(name) for name in actions.column("path").to_pylist()]
