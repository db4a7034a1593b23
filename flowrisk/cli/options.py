"""The options that commands share, and how they become the settings of a question."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowrisk.cli.diagnostics import reporter

if TYPE_CHECKING:
    from flowrisk.api import Dataset
    from flowrisk.domain import Assumption


def _complete_providers(incomplete: str) -> list[str]:
    return _complete("select distinct provider_id from staging.indices", incomplete) + [
        name for name in ("all",) if name.startswith(incomplete)
    ]


def _complete_tickers(incomplete: str) -> list[str]:
    return _complete("select ticker from staging.securities", incomplete)


def complete_views(incomplete: str) -> list[str]:
    """Return the views that begin with the text typed."""
    from flowrisk import models

    return [name for name in models.models() if name.startswith(incomplete)]


def _complete(sql: str, incomplete: str) -> list[str]:
    """Complete the last name of a list such as ``msci,nas``."""
    from flowrisk.errors import FlowriskError

    head = incomplete[: max(incomplete.rfind(","), incomplete.rfind("+")) + 1]
    start = incomplete.removeprefix(head).casefold()
    try:
        found = open_dataset(None).query(sql)
    except FlowriskError:
        return []
    return sorted(head + str(n) for (n,) in found.rows() if str(n).casefold().startswith(start))


Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Dataset folder. [default: the bundled sample]",
        show_default=False,
    ),
]
Providers = Annotated[
    list[str] | None,
    typer.Option(
        "--providers",
        "-p",
        show_default=False,
        metavar="SETS",
        autocompletion=_complete_providers,
        help="Scenarios: providers joined by '+', scenarios separated by ','; 'all' is the union "
        "of every provider in the data. Repeating adds. [default: msci,all]",
    ),
]
Securities = Annotated[
    list[str] | None,
    typer.Option(
        "--securities",
        "-s",
        show_default=False,
        metavar="TICKERS",
        autocompletion=_complete_tickers,
        help="Tickers or ISINs instead of a list.",
    ),
]
ListId = Annotated[
    str | None,
    typer.Option(
        "--list",
        show_default=False,
        metavar="LIST",
        help="Candidate list: msci-reported, treasury, miners, ... [default: the dataset's]",
    ),
]
Method = Annotated[
    str | None,
    typer.Option(
        "--method",
        show_default=False,
        metavar="METHOD",
        help="auto, observed, tracked-aum or tracking-ratio. [default: auto]",
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        show_default=False,
        metavar="DATE",
        help="The day asked about. [default: the dataset's, else the newest price]",
    ),
]
KnownOn = Annotated[
    str | None,
    typer.Option(
        "--known-on",
        show_default=False,
        metavar="DATE",
        help="Use only fund reports published by this day.",
    ),
]
MaxAge = Annotated[
    int | None,
    typer.Option(
        "--max-age",
        show_default=False,
        metavar="DAYS",
        help="Warn of fund reports older than this. [default: 200]",
    ),
]
Participation = Annotated[
    float | None,
    typer.Option(
        "--participation",
        show_default=False,
        metavar="RATIO",
        help="Share of a day's volume that sellers take, 0 to 1. [default: 0.2]",
    ),
]
AdvWindow = Annotated[
    int | None,
    typer.Option(
        "--adv-window",
        show_default=False,
        metavar="SESSIONS",
        help="Sessions in the average daily volume. [default: 20]",
    ),
]
Price = Annotated[
    list[str] | None,
    typer.Option(
        "--price",
        show_default=False,
        metavar="TICKER=USD",
        help="Value a security at this price instead of the close. Repeating adds.",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse on quality warnings (exit code 5).")]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing output file.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and warnings.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Notes and remedies too.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error was raised.")]
Color = Annotated[str, typer.Option("--color", help="auto, always or never.", metavar="WHEN")]


def speak(*, quiet: bool, verbose: bool, debug: bool, color: str) -> None:
    """Set how much a command says.

    Raises: QuestionError for an unknown colour word.
    """
    from flowrisk.domain import choose

    reporter.is_quiet, reporter.is_verbose, reporter.is_debug = quiet, verbose, debug
    reporter.color = choose(color, ("auto", "always", "never"), name="--color")


def refuse_repeated(outputs: Sequence[Path]) -> None:
    """Refuse an output named twice, before any work is done.

    Raises: QuestionError naming it.
    """
    from flowrisk.errors import QuestionError

    targets = [path.expanduser().absolute() for path in outputs]
    for target in targets:
        if targets.count(target) > 1:
            raise QuestionError(
                "An output is named twice.",
                facts={"path": target},
                remedy="Name each --output once.",
            )


def open_dataset(data: Path | None) -> Dataset:
    """Open the dataset of the flag, the environment, the working folder or the sample.

    Raises: DataError if it cannot be opened.
    """
    from flowrisk import api

    return api.open_dataset(data or os.environ.get("FLOWRISK_DATA") or _local().get("data") or None)


def settings_of(dataset: Dataset, given: Mapping[str, object]) -> dict[str, Assumption]:
    """Return every setting of a question: flag, then FLOWRISK_*, then flowrisk.toml of the
    working folder, then the dataset's, then the default.

    Raises: QuestionError for an unusable value.
    """
    from flowrisk import settings

    return settings.resolve(
        given,
        environment=os.environ,
        files=[
            ("flowrisk.toml of the working folder", _local()),
            ("flowrisk.toml of the dataset", dataset.folder.settings),
        ],
    )


def _local() -> Mapping[str, str]:
    from flowrisk.dataset import SETTINGS_FILE, read_settings

    return read_settings(Path(SETTINGS_FILE))  # type: ignore[return-value]
