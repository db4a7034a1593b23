"""How much memory an engine on this machine may take, and where it puts what does not fit."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    import duckdb

VARIABLE = "FLOWRISK_MEMORY"
DEFAULT = "50%"
STREAMED = "1GiB"
"""What a pass over a whole lake takes at most where nobody says otherwise: it keeps little."""
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgt]i?)b", re.IGNORECASE)
_LEAST_BYTES = 64 * 2**20
_UNITS = {"k": 1, "m": 2, "g": 3, "t": 4}
_allowed: list[str] = []


def allow(size: str | None) -> None:
    """Set what every engine of this process that is opened from now on may take.

    Args:
        size: such as ``4GB``, ``1.5 GiB`` or ``800MB``; None for what the variable says.

    Raises: QuestionError for what is no size, or too little to answer anything.
    """
    _allowed[:] = [_usable(size, "--memory")] if size is not None else []


def given() -> str | None:
    """Return what the user allows, by flag or variable; None where nobody said.

    Raises: QuestionError for a variable that is no size.
    """
    if _allowed:
        return _allowed[0]
    told = os.environ.get(VARIABLE, "").strip()
    return _usable(told, VARIABLE) if told else None


def _usable(size: str, told_by: str) -> str:
    if bytes_of(size) >= _LEAST_BYTES:
        return size
    raise QuestionError(
        f"The value of {told_by} is no size that an answer fits in.",
        facts={"value": size},
        remedy=f"Write a number with its unit, such as {told_by} 4GB; 64MiB is the least.",
    )


def bytes_of(size: str) -> float:
    """Return a size in bytes, 0 for what is none: ``4GB`` is 4e9, ``4GiB`` 4 * 2**30."""
    found = _SIZE.fullmatch(size.strip())
    if found is None:
        return 0
    unit = found[2].lower()
    return float(found[1]) * float((1024 if unit.endswith("i") else 1000) ** _UNITS[unit[0]])


def limit(connection: duckdb.DuckDBPyConnection, *, is_spilling: bool) -> None:
    """Hold a connection to what is allowed, else to half of what the machine has; what does not
    fit goes to a folder of this process among the system's temporary files, where it may go to
    disk at all."""
    connection.execute("set memory_limit = $size", {"size": given() or DEFAULT})
    connection.execute("set temp_directory = $folder",
                       {"folder": _folder_of(connection) if is_spilling else ""})  # fmt: skip


def _folder_of(connection: duckdb.DuckDBPyConnection) -> str:
    # to find the place a file is written there, which a confined process must not
    return str(Path(tempfile.gettempdir(), f"flowrisk-{os.getpid()}-{id(connection):x}"))


def limit_streamed(connection: duckdb.DuckDBPyConnection) -> None:
    """Hold a connection that passes over a whole lake to less, where nobody said otherwise."""
    told = connection.execute("select current_setting('memory_limit')").fetchone()
    if given() is None and told and bytes_of(str(told[0])) > bytes_of(STREAMED):
        connection.execute("set memory_limit = $size", {"size": STREAMED})


def exhausted(error: Exception) -> QuestionError | None:
    """Return the refusal of an answer that did not fit, where that is what stopped the engine."""
    text = re.sub(r"\s+", " ", str(error))
    if "Out of Memory Error: " not in text:
        return None
    return QuestionError(
        "The answer needs more memory than it may take.",
        facts={"reason": text.partition("Out of Memory Error: ")[2].partition(" Possible ")[0]},
        remedy="Allow more with --memory (such as --memory 8GB), make room for temporary files "
        "(TMPDIR), or ask about fewer securities.",
    )
