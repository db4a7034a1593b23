"""One ingest from files to a published dataset: read, decide, resolve, sum, stage, publish.

The one entry is ``ingest``. Either all files of a call become visible together or none does.
"""

from __future__ import annotations

import hashlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.engines.bulk import Bulk
from flowrisk.errors import DataError, FlowriskError, QuestionError, join_names, nearest
from flowrisk.ingest import (
    accounting,
    identifiers,
    journal,
    landing,
    merging,
    price_review,
    publishing,
    summary,
    unread,
)
from flowrisk.ingest.formats import nport
from flowrisk.ingest.readers.parsed import Hints
from flowrisk.ingest.sql_steps import define
from flowrisk.ingest.summary import Progress, Summary, Watcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMATS = ("nport", "ishares", "invesco", "state-street", "ark", "13f", "prices")
_REFERENCE_TABLES = {
    "providers": "select * from ingest.providers_created",
    "indices": "select * from ingest.indices_created",
    "securities": "select * from ingest.securities_created",
    "funds": "select * from ingest.funds_created",
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


def ingest(
    paths: Sequence[str | Path],
    *,
    format: str,  # noqa: A002 - the word of the command line
    data: Path | str,
    hints: Hints | None = None,
    dry_run: bool = False,
    map_file: Path | str | None = None,
    progress: Watcher = lambda _: None,
    lock_timeout_seconds: float = 60.0,
) -> Summary:
    """Read files of one format into a dataset and say what became of every row.

    Args:
        paths: files, folders of N-PORT tables, or glob patterns.
        format: one of ``FORMATS``.
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
    _refuse_unknown(format)
    sources = expanded(paths)
    root = Path(data).expanduser().absolute()
    meter = _Meter(progress, sum(nport.byte_count(path) for path in sources))
    with _staging(root, meter, lock_timeout_seconds, dry_run=dry_run) as staging:
        work = staging.folder / "work"
        work.mkdir()
        with Bulk(work, reached=[root, staging.folder, *sources]) as bulk:
            told = replace(hints or Hints(), known_closes=price_review.known_closes(bulk))
            run = _Run(bulk, staging, meter, told)
            _build(run, sources, format, Path(map_file) if map_file else None)
            result = summary.summary(
                bulk, file_count=len(sources), is_dry_run=dry_run, notes=run.notes
            )
        if dry_run:
            return result
        changed = staging.publish(before_step=lambda step: meter.tell(f"publishing {step}"))
    return summary.with_changes(result, changed)


def expanded(paths: Sequence[str | Path]) -> list[Path]:
    """Return the files that paths and glob patterns name, each once, in the order given.

    Raises: DataError where a path does not exist or a pattern matches nothing.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given).expanduser()
        matches = [path] if path.exists() else _globbed(path)
        if not matches:
            raise DataError(
                "There is no such file.",
                facts={"path": given, "folder": path.absolute().parent},
                remedy="Check the path; quote a pattern such as '2025q*_nport.zip'.",
            )
        found |= dict.fromkeys(match.absolute() for match in matches)
    if not found:
        raise QuestionError("No file was given.", remedy="Name at least one file.")
    return list(found)


def _globbed(pattern: Path) -> list[Path]:
    root = Path(pattern.anchor)
    return sorted(root.glob(str(pattern.relative_to(root))))


@contextmanager
def _staging(
    root: Path, meter: _Meter, lock_timeout_seconds: float, *, dry_run: bool
) -> Iterator[publishing.Staging]:
    if dry_run:
        journal.refuse_strange(root)
        with tempfile.TemporaryDirectory(prefix="flowrisk-") as folder:
            yield publishing.Staging(root, Path(folder))
        return
    with publishing.opened(
        root,
        lock_timeout_seconds=lock_timeout_seconds,
        waiting=lambda: meter.tell("waiting for another ingest"),
    ) as staging:
        yield staging


def _refuse_unknown(name: str) -> None:
    if name not in FORMATS:
        raise QuestionError(
            f"flowrisk does not know the format '{name}'.",
            facts={"known": join_names(FORMATS), "nearest": nearest(name, FORMATS) or "none"},
            remedy="Name one of the formats known.",
        )


def _build(run: _Run, sources: Sequence[Path], name: str, map_file: Path | None) -> None:
    merging.bind(run.bulk, run.staging.data)
    landing.create(run.bulk)
    identifiers.load_index_funds(run.bulk, run.staging.data)
    identifiers.date_known(run.bulk, map_file)
    price_review.bind(run.bulk, splits=run.hints.splits)
    for source in sources:
        _read(run, source, name)
    _resolve(run)
    _stage(run)


def _read(run: _Run, source: Path, name: str) -> None:
    run.meter.tell(f"reading {source.name}")
    # the digest is summed beside the reading, which is far longer
    with ThreadPoolExecutor(1) as beside:
        origin = landing.Origin(source.name, beside.submit(file_digest, source))
        try:
            if name == "nport" and (source.is_dir() or source.suffix.lower() != ".xml"):
                notes = _read_bulk(run, source, origin)
            else:
                notes = landing.add_parsed(run.bulk, source, name, run.hints, origin)
        except FlowriskError as error:
            error.facts.setdefault("file", source)
            raise
    run.notes += notes
    run.meter.row_count = accounting.row_count(run.bulk)
    run.meter.byte_count += nport.byte_count(source)


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
    landing.settle_funds(bulk)
    define(bulk, "reports_taken", "positions_keyed", "positions_named")
    define(bulk, "identifiers_listed", "identifiers_known")
    define(bulk, "prices_at_reports")
    identifiers.check_values(bulk)
    define(bulk, "identifiers_matched", "identifiers_paired", "identifiers_resolved")
    accounting.refuse_reports_of_nothing(bulk)
    define(bulk, "securities_created", "identifiers_created")
    run.notes += unread.keep_positions(bulk)
    run.meter.tell("summing holdings")
    define(bulk, "holdings_summed", "holdings_reported", "prices_implied", "funds_created")
    define(bulk, "itemised", "indices_created", "providers_created", "fund_reports", "funds_held")
    define(bulk, "names_known", "prices_owned", "splits_read", "prices_taken")
    run.notes += price_review.review(bulk, is_replacing=run.hints.is_replacing)
    define(bulk, "manager_holdings", "rejects")


def _stage(run: _Run) -> None:
    bulk, staging = run.bulk, run.staging
    months = bulk.rows(
        "select distinct strftime(as_of_on, '%Y-%m') from ingest.reports_taken "
        "where holder = 'fund' order by 1"
    )
    for (month,) in months:
        run.meter.tell(f"writing {month}")
        merging.stage_month(bulk, staging, str(month))
    run.meter.tell("writing tables")
    for name, select in _REFERENCE_TABLES.items():
        merging.stage_table(bulk, staging, name, select)
    merging.stage_table(
        bulk, staging, "security_identifiers", identifiers.DATED_AND_CREATED, "true"
    )
    merging.stage_table(bulk, staging, "fund_net_assets", landing.NET_ASSETS)
    merging.stage_table(
        bulk, staging, "fund_fund_holdings", "select * from ingest.funds_held", _TAKEN
    )
    merging.stage_table(bulk, staging, "unread_positions", unread.UNREAD, _TAKEN)
    merging.stage_table(bulk, staging, "itemised", "select * from ingest.itemised", _TAKEN)
    merging.stage_table(
        bulk,
        staging,
        "manager_holdings",
        "select * from ingest.manager_holdings",
        landing.MANAGERS_REPLACED,
    )
    merging.stage_table(
        bulk, staging, "rejects", "select * from ingest.rejects", landing.REJECTS_REPLACED
    )
    merging.stage_table(bulk, staging, "fund_reports", "select * from ingest.fund_reports")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of the sorted names and digests of a folder's tables."""
    if path.is_dir():
        whole = hashlib.sha256()
        for table in sorted(path.rglob("*.tsv")):
            whole.update(f"{table.name}\0{file_digest(table)}\n".encode())
        return whole.hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
