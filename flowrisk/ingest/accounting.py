"""Every row is accounted for: read = taken + itemised + refused + set aside + repeated.

Counts what was read apart from what became of it, and stops an ingest in which the two differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.errors import DataError, ModelError
from flowrisk.ingest.sql_steps import define

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.engines.bulk import Bulk
    from flowrisk.ingest.formats.nport import TextTable

_CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the rows read, in rows.

    ``taken`` are equity positions with a security and prices; ``set_aside`` belong to reports of
    which the dataset knows a newer one, or that are refused as a whole; ``repeated`` say again what
    another row says.
    """

    read_count: int
    taken_count: int
    itemised_count: int
    refused_count: int
    set_aside_count: int
    repeated_count: int

    def __post_init__(self) -> None:
        told = (
            self.taken_count + self.itemised_count + self.refused_count
            + self.set_aside_count + self.repeated_count
        )  # fmt: skip
        if told != self.read_count:
            raise ModelError(
                "Rows of the files are not accounted for; nothing was written.",
                facts={"read": f"{self.read_count:,}", "accounted for": f"{told:,}",
                       "of these": str(self)},
                remedy="Please report it with the file, or its first lines.",
            )  # fmt: skip


def account(bulk: Bulk) -> Account:
    """Return what became of every row read.

    Raises: ModelError where that is not every row: flowrisk is wrong.
    """
    define(bulk, "rows_accounted", "price_rows_taken")
    taken, itemised, set_aside = (
        int(str(count)) for count in bulk.rows("select * from ingest.rows_accounted")[0]
    )
    return Account(
        read_count=bulk.count("select sum(read_count) from parsed.files"),
        taken_count=taken + bulk.count("select count(*) from ingest.price_rows_taken"),
        itemised_count=itemised,
        refused_count=bulk.count("select sum(row_count) from ingest.rejects"),
        set_aside_count=set_aside,
        repeated_count=bulk.count("select sum(repeated_count) from parsed.files"),
    )


def refuse_reports_of_nothing(bulk: Bulk) -> None:
    """Refuse reports that list nothing, or equities of which not one can be used: taken as they
    are, they would say that the fund sold all it had.

    Raises: DataError where that is every report of the files.
    """
    define(bulk, "reports_of_nothing")
    if not bulk.count("select count(*) from ingest.reports_of_nothing"):
        return
    bulk.run(
        "update parsed.reports set refusal = 'no_position_can_be_used', "
        "refused_value = as_of_on::varchar "
        "where report_id in (select report_id from ingest.reports_of_nothing)"
    )
    bulk.run(
        "delete from ingest.reports_taken "
        "where report_id in (select report_id from ingest.reports_of_nothing)"
    )
    if not bulk.count("select count(*) from parsed.reports where refusal is null"):
        raise DataError(
            "No position of the files can be used.",
            facts=_reasons(bulk),
            remedy="Nothing was written: taken as it is, a fund would count as having sold all. "
            "Check that the files are whole and of this format.",
        )


def _reasons(bulk: Bulk) -> dict[str, object]:
    rows = bulk.rows(
        "select reason, count(*) from ("
        "select refusal as reason from parsed.positions where refusal is not null "
        "union all select reason from parsed.rejects union all "
        "select case when key_id is null then kind::varchar else 'no_usable_identifier' end "
        "from parsed.positions where refusal is null"
        ") group by reason order by count(*) desc, reason"
    )
    return {str(reason): f"{count} rows" for reason, count in rows}


def row_count(bulk: Bulk) -> int:
    """Return how many rows have been read so far."""
    return bulk.count("select sum(read_count) from parsed.files")


def note(bulk: Bulk, *, read_count: int, repeated_count: int = 0) -> None:
    """Note how many rows one file has, and how many of them say again what another says."""
    bulk.insert("parsed.files", [(read_count, repeated_count)])


def refuse_uncounted(path: Path, table: TextTable, seen_count: int, *, line_count: int) -> None:
    """Refuse a table of which the engine saw other rows than it has lines.

    Args:
        table: one whose lines are its rows, so not a quoted one.
        seen_count: rows that the engine read and lines that it refused.
        line_count: its lines below the header.

    Raises: DataError.
    """
    if seen_count == line_count:
        return
    filled_count = sum(1 for _ in _filled(table.path)) - 1
    if seen_count != filled_count:
        raise DataError(
            "The table was not read line by line.",
            facts={
                "file": path, "table": table.path.name, "lines": f"{filled_count:,}",
                "rows found": f"{seen_count:,}",
            },
            remedy="Too many broken lines, or line ends of several kinds: download it again.",
        )  # fmt: skip


def line_count(path: Path) -> int:
    """Return the lines below the header of a text file."""
    count, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            count, last = count + chunk.count(b"\n"), chunk[-1:]
    return count + (last != b"\n") - 1


def _filled(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return [line for line in file if line.strip()]
