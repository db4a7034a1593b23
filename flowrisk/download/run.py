"""A fetch from its words to its files: planned, then brought one after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.domain import frame_of
from flowrisk.download import data_sets, filings, sources, transfer
from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.download.client import Client
    from flowrisk.download.transfer import Fetched, Wanted

_PLANNED = {"file": "String", "bytes": "Int64", "address": "String"}
_FETCHED = {
    "file": "String", "status": "String", "bytes": "Int64", "sha256": "String",
    "address": "String", "path": "String",
}  # fmt: skip
# beyond this, whoever asks is asked
LARGE_BYTES = 1_000_000_000
Watch = Callable[["Wanted", int], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What to fetch, as it is asked for: ``kind`` one of ``sources.KINDS``."""

    kind: str
    periods: tuple[str, ...] = ()
    since: str | None = None
    fund: str | None = None
    as_of_on: dt.date | None = None

    def __post_init__(self) -> None:
        sources.kind_of(self.kind)
        for word in (*self.periods, *([self.since] if self.since else [])):
            if self.kind == "tickers" or self.fund is not None:
                raise QuestionError(
                    "A period goes with the data sets only.", facts={"period": word},
                    remedy="Leave it out; a fund's newest filing up to a day: --as-of DATE.",
                )  # fmt: skip
        if self.fund is not None and self.kind != "nport":
            raise QuestionError(
                f"--fund goes with nport, not with {self.kind}.",
                remedy="Write: flowrisk fetch nport --fund VTI",
            )
        if self.as_of_on is not None and self.fund is None:
            raise QuestionError(
                "--as-of goes with --fund.",
                remedy="Name the periods of the data sets, such as: flowrisk fetch nport 2026q2",
            )


def plan(client: Client, asked: Request) -> list[Wanted]:
    """Return the files asked for, with their sizes where the host says them. Nothing is written.

    Raises: QuestionError, DataError or TimeoutError as their chapters do.
    """
    if asked.fund is not None:
        found = [filings.wanted(client, asked.fund, asked.as_of_on)]
    elif asked.kind == "tickers":
        places = [sources.sources()[name] for name in sources.TICKERS]
        found = [
            transfer.Wanted(
                name=each.page.rpartition("/")[2], address=each.page, kind="tickers",
                largest_byte_count=each.largest_byte_count, terms=each.terms,
            )
            for each in places
        ]  # fmt: skip
    else:
        source = sources.sources()[asked.kind]
        sets = data_sets.published(client, source)
        picked = data_sets.chosen(sets, asked.periods, asked.since, source)
        found = [data_sets.wanted(each, source) for each in picked]
    return [replace(each, byte_count=client.size(each.address)) for each in found]


def bring(
    client: Client,
    planned: Sequence[Wanted],
    folder: Path,
    *,
    is_forced: bool = False,
    watch: Watch = lambda _file, _count: None,
) -> list[Fetched]:
    """Fetch the files of a plan into a folder, each noted in its manifest as soon as it is there.

    Raises: as ``transfer.fetch``; what had come by then stays.
    """
    with transfer.held(folder):
        return [_brought(client, each, folder, watch, is_forced=is_forced) for each in planned]


def planned_rows(planned: Sequence[Wanted]) -> pl.DataFrame:
    """Return a plan as rows: file, bytes (null where the host does not say), address."""
    rows = ({"file": each.name, "bytes": each.byte_count, "address": each.address}
            for each in planned)  # fmt: skip
    return frame_of(rows, _PLANNED)


def fetched_rows(found: Sequence[Fetched]) -> pl.DataFrame:
    """Return what was fetched as rows: file, status, bytes, SHA-256, address, path."""
    rows = (
        {"file": each.path.name, "status": each.status, "bytes": each.entry.byte_count,
         "sha256": each.entry.sha256, "address": each.entry.address, "path": str(each.path)}
        for each in found
    )  # fmt: skip
    return frame_of(rows, _FETCHED)


def _brought(
    client: Client,
    wanted: Wanted,
    folder: Path,
    watch: Watch,
    *,
    is_forced: bool,
) -> Fetched:
    def tell(count: int) -> None:
        watch(wanted, count)

    try:
        return transfer.fetch(client, wanted, folder, is_forced=is_forced, watch=tell)
    except DataError as error:
        # the archive cuts some documents off; the full submission has them whole
        if wanted.kind != "fund-filings" or error.facts.get("reason") != "it is cut off":
            raise
    instead = filings.whole(wanted)
    return transfer.fetch(client, instead, folder, is_forced=is_forced, watch=tell)
