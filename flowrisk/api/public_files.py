"""Public files of the SEC to this machine, and the JSON Schemas: what needs no dataset."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flowrisk.dataset.folder import absolute
from flowrisk.question import parsing

if TYPE_CHECKING:
    import polars as pl

    from flowrisk.api.keywords import Day
    from flowrisk.download.transfer import Wanted


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told of a fetch: what it waits for, its plan before it begins, the bytes as they
    come. ``agree`` raises where the plan is not wanted."""

    say: Callable[[str], None] = lambda _: None
    agree: Callable[[Sequence[Wanted]], None] = lambda _: None
    watch: Callable[[Wanted, int], None] = lambda _file, _count: None


_NOBODY = Watcher()


def fetch(  # noqa: PLR0913 - one argument a flag of the command
    kind: str,
    periods: str | Sequence[str] = (),
    *,
    to: str | Path = "downloads",
    since: str | None = None,
    fund: str | None = None,
    as_of: Day | None = None,
    contact: str | None = None,
    base_url: str | None = None,
    dry_run: bool = False,
    force: bool = False,
    watcher: Watcher = _NOBODY,
) -> pl.DataFrame:
    """Fetch public files of the SEC into a folder: the one call that uses the network.

    Args:
        kind: ``nport``, ``13f`` or ``tickers``.
        periods: quarters (2026q2) or months (2026-07) of data sets; none = the newest.
        to: the folder.
        since: every data set from this period on.
        fund: one fund's newest Form N-PORT in place of data sets: ticker, series id or CIK.
        as_of: with a fund: the newest up to this day.
        contact: your name and mail address, which the SEC is told.
        base_url: a mirror that is asked in place of the SEC.
        dry_run: return the plan and fetch no file.
        force: replace a file of that name that no fetch has brought.

    Returns: a row a file: its name, status (new, replaced, unchanged), bytes, SHA-256, address and
        path; of a plan its name, bytes (null where not said) and address.

    Raises: QuestionError for a call that cannot be meant, without a contact, or a file in the way;
        DataError for what is not published or not the file asked for; TimeoutError where the SEC
        refuses or does not answer.
    """
    from flowrisk.download import run, sources
    from flowrisk.download.client import Client

    words = (periods,) if isinstance(periods, str) else tuple(periods)
    as_of_on = None if as_of is None else parsing.parse_date(as_of, name="--as-of")
    asked = run.Request(kind, words, since, fund, as_of_on)
    client = Client(contact, sources.hosts(), base_url=base_url, say=watcher.say)
    planned = run.plan(client, asked)
    if dry_run:
        return run.planned_rows(planned)
    watcher.agree(planned)
    found = run.bring(client, planned, absolute(to), is_forced=force, watch=watcher.watch)
    return run.fetched_rows(found)


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a command's JSON, or of a ``dataset``.

    Raises: QuestionError for a name that has none.
    """
    from flowrisk.export import json_schema

    found: dict[str, Any] = json.loads(json_schema.shipped(name))
    return found
