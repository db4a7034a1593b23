"""How SQL is put together: the one way in which a name, a text or a path becomes part of it.

Whatever comes from a file (a column's name, a folder's, metadata, a setting) may say anything; what
passes through here is one identifier, one literal or one file, whatever it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath

from flowrisk.errors import ModelError

_OWN_NAME = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")


def literal(value: object) -> str:
    """Return a value as a SQL text, or null."""
    return "null" if value is None else "'" + str(value).replace("'", "''") + "'"


def literals(values: Iterable[object]) -> str:
    """Return values as SQL texts with commas between them."""
    return ", ".join(map(literal, values))


def spark_literal(text: str) -> str:
    """Return a text as a literal of Spark SQL, in which a backslash escapes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def identifier(name: str) -> str:
    """Return a name as one quoted identifier, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'


def own_name(name: str) -> str:
    """Return a name of ours, such as ``raw.holdings``, as it stands.

    Raises: ModelError for anything that is not lower-case letters, digits, ``_`` and dots: then it
        is no name of ours.
    """
    if not is_own(name):
        raise ModelError("A name that is not ours was about to become SQL.", facts={"name": name})
    return name


def is_own(name: str) -> bool:
    """Whether a name could be one of ours, which need no quotes."""
    return _OWN_NAME.fullmatch(name) is not None


def literal_path(path: PurePath) -> str:
    """Return a path in which a name such as ``[x]`` stands for itself, not for a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def file(path: PurePath) -> str:
    """Return a path as a SQL text that names exactly this file."""
    return literal(literal_path(path))


def parquet(paths: Iterable[PurePath]) -> str:
    """Return the reading of exactly these parquet files: no column comes from a folder's name, and
    one that only some of them have is null in the others."""
    files = ", ".join(map(file, paths))
    return f"read_parquet([{files}], hive_partitioning = false, union_by_name = true)"


def csv(path: PurePath, columns: Iterable[str], *, delimiter: str, quote: str, rejects: str) -> str:
    """Return the reading of exactly this text file, every column a text, its header skipped.

    ``N/A`` and blanks are null; lines that do not fit go to the tables ``rejects`` + ``_lines``
    and ``_scans``.
    """
    typed = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    return (
        f"read_csv({file(path)}, delim = {literal(delimiter)}, quote = {literal(quote)}, "
        f"escape = {literal(quote)}, header = true, auto_detect = false, strict_mode = false, "
        f"columns = {{{typed}}}, nullstr = ['', 'N/A'], hive_partitioning = false, "
        f"compression = 'none', store_rejects = true, "
        f"rejects_table = {literal(f'{rejects}_lines')}, "
        f"rejects_scan = {literal(f'{rejects}_scans')}, rejects_limit = 100000)"
    )
