"""One ingest from files to a published dataset: read, decide, resolve, sum, stage, publish.

The one entry is ``ingest``. Either all files of a call become visible together or none does.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.dataset import leftovers
from flowrisk.dataset.folder import absolute
from flowrisk.engines.bulk import Bulk
from flowrisk.engines.composing import own_name
from flowrisk.errors import FlowriskError, QuestionError
from flowrisk.ingest import (
    accounting,
    identifiers,
    journal,
    landing,
    merging,
    publishing,
    recognition,
    summary,
    unread,
)
from flowrisk.ingest.formats import nport, table
from flowrisk.ingest.prices import review
from flowrisk.ingest.readers.parsed import Hints
from flowrisk.ingest.sources import Source, found
from flowrisk.ingest.sql_steps import define
from flowrisk.ingest.summary import Progress, Summary, Watcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

_REFERENCE_TABLES = {
    "providers": "select * from ingest.providers_created",
    "indices": "select * from ingest.indices_created",
    "securities": "select * from ingest.securities_created",
    "funds": "select * from ingest.funds_created",
    "fund_net_assets": "select * from ingest.fund_net_assets",
    "prices": """
        select security_id, priced_on, close_usd, volume_shares, basis, source
        from ingest.prices_taken where kind = 'security'
    """,
    "coin_prices": """
        select coin, priced_on, close_usd, basis, source
        from ingest.prices_taken where kind = 'coin'
    """,
}
_TAKEN = """
    exists (
        select 1 from ingest.reports_taken as taken
        where taken.holder = 'fund'
          and taken.fund_id = old.fund_id and taken.as_of_on = old.as_of_on
    )
"""
_FILED = """
    exists (
        select 1 from ingest.manager_filings as filed
        where filed.manager_id = old.manager_id and filed.as_of_on = old.as_of_on
    )
"""
_READ_AGAIN = "old.file_digest in (select file_digest from ingest.files_read)"
_REPLACED_TABLES = {
    "security_identifiers": ("select * from ingest.security_identifiers", "true"),
    "index_matches": ("select * from ingest.index_matches", recognition.REPLACED),
    "fund_fund_holdings": ("select * from ingest.funds_held", _TAKEN),
    "fund_weights": ("select * from ingest.fund_weights", ""),
    "unread_positions": ("select * exclude (report_id) from ingest.positions_unread", _TAKEN),
    "itemised": ("select * from ingest.itemised", _TAKEN),
    "manager_filings": ("select * from ingest.manager_filings", ""),
    "manager_holdings": ("select * from ingest.manager_holdings", _FILED),
    "rejects": ("select * from ingest.rejects", _READ_AGAIN),
}


@dataclass(slots=True)
class _Meter:
    """Adds up what has been read and tells the watcher."""

    watcher: Watcher
    total_byte_count: int
    row_count: int = 0
    byte_count: int = 0

    def tell(self, stage: str, ahead_byte_count: float = 0) -> None:
        """Report a stage; ``ahead_byte_count`` is what the running statement has done so far."""
        done = min(int(self.byte_count + ahead_byte_count), self.total_byte_count)
        self.watcher(Progress(stage, self.row_count, done, self.total_byte_count))


@dataclass(slots=True)
class _Run:
    """What one ingest carries from step to step."""

    bulk: Bulk
    staging: publishing.Staging
    meter: _Meter
    hints: Hints
    notes: list[str] = field(default_factory=list)
    rewritten: set[str] = field(default_factory=set)


def ingest(
    paths: Sequence[str | Path] | pl.DataFrame,
    *,
    format: str | None = None,  # noqa: A002 - the word of the command line
    data: Path | str,
    hints: Hints | None = None,
    dry_run: bool = False,
    map_file: Path | str | None = None,
    progress: Watcher = lambda _: None,
    lock_timeout_seconds: float = 60.0,
) -> Summary:
    """Read files, or a frame, into a dataset and say what became of every row.

    Args:
        paths: files, folders of N-PORT tables, or glob patterns; or one polars frame of holdings,
            whose columns the profile of the hints says.
        format: one of ``sources.words()``; None = found in each file.
        data: the dataset's folder; made where it does not exist.
        hints: fund, day or security, for files that do not state them.
        dry_run: do everything but publish; the dataset is not written to.
        map_file: CSV scheme,value,security_id[,valid_from_on,valid_to_on] that settles
            identifiers before the matching.
        progress: told each stage and how far it is.
        lock_timeout_seconds: how long to wait for another ingest, in seconds.

    Returns: the summary. Ingesting the same file again changes no file.

    Raises: QuestionError for an unknown format or a hint that does not fit; DataError for a
        missing or unusable file (the dataset is as it was), or where another ingest holds the
        dataset for longer than the timeout.
    """
    frame = None if isinstance(paths, Sequence) else paths
    sources = found(paths, format) if isinstance(paths, Sequence) else []
    root = absolute(data)
    meter = _Meter(progress, sum(nport.byte_count(source.path) for source in sources))
    with _staging(root, meter, lock_timeout_seconds, dry_run=dry_run) as staging:
        work = staging.folder / "work"
        work.mkdir()
        with Bulk(
            work, reached=[root, staging.folder, *(source.path for source in sources)]
        ) as bulk:
            told = replace(hints or Hints(), known_closes=review.known_closes(bulk))
            run = _Run(bulk, staging, meter, told)
            _build(run, sources, frame, absolute(map_file) if map_file else None)
            result = summary.summary(
                bulk, file_count=len(sources) or 1, is_dry_run=dry_run, notes=run.notes
            )
        if dry_run:
            return result
        changed = staging.publish(before_step=lambda step: meter.tell(f"publishing {step}"))
    return summary.with_changes(result, changed)


@contextmanager
def _staging(
    root: Path, meter: _Meter, lock_timeout_seconds: float, *, dry_run: bool
) -> Iterator[publishing.Staging]:
    if dry_run:
        journal.refuse_strange(root)
        leftovers.sweep(Path(tempfile.gettempdir()))
        with tempfile.TemporaryDirectory(prefix=leftovers.prefix()) as folder:
            yield publishing.Staging(root, Path(folder))
        return
    with publishing.opened(
        root,
        lock_timeout_seconds=lock_timeout_seconds,
        waiting=lambda: meter.tell("waiting for another ingest"),
    ) as staging:
        yield staging


def _build(
    run: _Run, sources: Sequence[Source], frame: pl.DataFrame | None, map_file: Path | None
) -> None:
    merging.bind(run.bulk, run.staging.data)
    landing.create(run.bulk)
    identifiers.load_index_funds(run.bulk, run.staging.data)
    recognition.load(run.bulk, run.staging.data)
    identifiers.date_known(run.bulk, map_file)
    review.bind(run.bulk, splits=run.hints.splits)
    for source in sources:
        _read(run, source)
    if frame is not None:
        _read_frame(run, frame)
    landing.carry_fetched(run.bulk)
    landing.refuse_shared_days(run.bulk)
    _resolve(run)
    _stage(run)


def _read(run: _Run, source: Source) -> None:
    path = source.path
    run.meter.tell(f"reading {path.name}")
    if source.why:
        word = source.profile.name if source.profile else source.format
        run.notes.append(f"{path.name} is read as {word}: {source.why}")
    # the digest is summed beside the reading, which is far longer
    with ThreadPoolExecutor(1) as beside:
        origin = landing.Origin(path.name, beside.submit(file_digest, path))
        try:
            if source.format == "nport" and not nport.is_filing(path):
                notes = _read_bulk(run, path, origin)
            else:
                hints = source.hints(run.hints)
                notes = landing.add_parsed(run.bulk, path, source.format, hints, origin)
            landing.note_fetched(run.bulk, path, origin)
        except FlowriskError as error:
            error.facts.setdefault("file", path)
            raise
    run.notes += notes
    run.meter.row_count = accounting.row_count(run.bulk)
    run.meter.byte_count += nport.byte_count(path)


def _read_frame(run: _Run, frame: pl.DataFrame) -> None:
    if run.hints.profile is None:
        raise QuestionError(
            "A frame needs to be told what its columns mean.",
            remedy="Give columns={'shares': …, 'isin': …}, or profile=….",
        )
    rows = frame.write_csv().encode()
    with ThreadPoolExecutor(1) as beside:
        origin = landing.Origin("frame", beside.submit(lambda: hashlib.sha256(rows).hexdigest()))
        parsed = table.read_frame(frame, run.hints.profile, run.hints, "frame")
        run.notes += landing.add(run.bulk, parsed, origin)


def _read_bulk(run: _Run, source: Path, origin: landing.Origin) -> Sequence[str]:
    size = nport.byte_count(source)
    inflated = 0

    def count_bytes(more: int) -> None:
        nonlocal inflated
        inflated += more
        run.meter.tell(f"inflating {source.name}", inflated / 2)

    first = landing.next_report_id(run.bulk)
    bound = nport.bind(run.bulk, source, run.hints, first_report_id=first, count_bytes=count_bytes)
    start = inflated / 2

    def watch(share: float) -> None:
        run.meter.tell(f"reading {source.name}", start + share * (size - start))

    landing.add_nport(run.bulk, source, bound.holdings, origin, watch)
    return bound.notes


def _resolve(run: _Run) -> None:
    run.meter.tell("matching securities")
    bulk = run.bulk
    landing.settle_funds(bulk, is_hinted=run.hints.fund_id is not None)
    define(bulk, "reports_taken", "positions_keyed", "positions_named", "identifiers_listed",
           "identifiers_known", "prices_at_reports")  # fmt: skip
    identifiers.check_values(bulk)
    define(bulk, "identifiers_matched", "identifiers_paired", "identifiers_proposed")
    recognition.bind_holdings(bulk, run.staging.data)
    run.notes += identifiers.settle_doubles(bulk, run.staging.data)
    run.rewritten |= merging.rekey(bulk, run.staging.data)
    accounting.refuse_reports_of_nothing(bulk)
    define(bulk, "securities_created", "identifiers_created")
    run.notes += unread.keep_positions(bulk)
    run.meter.tell("summing holdings")
    define(bulk, "holdings_summed", "holdings_reported", "prices_implied")
    run.meter.tell("recognising index funds")
    recognition.recognise(bulk)
    define(bulk, "funds_created", "itemised", "indices_created", "providers_created",
           "fund_reports", "funds_held", "names_known", "prices_owned", "splits_read",
           "prices_taken")  # fmt: skip
    run.notes += review.review(bulk, is_replacing=run.hints.is_replacing)
    define(bulk, "manager_filings", "manager_holdings", "rejects", "fund_weights",
           "fund_net_assets", "files_read", "security_identifiers")  # fmt: skip


def _stage(run: _Run) -> None:
    bulk, staging = run.bulk, run.staging
    months = bulk.rows(
        "select strftime(as_of_on, '%Y-%m') as month from ingest.reports_taken "
        "where holder = 'fund' union select month from ingest.months_rekeyed order by 1"
    )
    for (month,) in months:
        run.meter.tell(f"writing {month}")
        merging.stage_month(bulk, staging, str(month))
    run.meter.tell("writing tables")
    staged = {name: (select, "") for name, select in _REFERENCE_TABLES.items()}
    staged |= _REPLACED_TABLES
    for name in sorted(run.rewritten - staged.keys()):
        staged[name] = (f"select * from data.{own_name(name)} where false", "")
    staged["fund_reports"] = ("select * from ingest.fund_reports", "")
    for name, (select, replaced) in staged.items():
        is_rewritten = name in run.rewritten
        merging.stage_table(bulk, staging, name, select, replaced, is_rewritten=is_rewritten)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of the sorted names and digests of a folder's tables."""
    if path.is_dir():
        whole = hashlib.sha256()
        for table in sorted(path.rglob("*.tsv")):
            whole.update(f"{table.name}\0{file_digest(table)}\n".encode())
        return whole.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
