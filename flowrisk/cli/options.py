"""The options that commands share, and how they become the settings of a question."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flowrisk.cli.diagnostics import reporter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flowrisk.api import Dataset
    from flowrisk.domain import Assumption
    from flowrisk.engines.choice import Choice
    from flowrisk.question.settings import Setting


_ENGINE_VARIABLES = ("ENGINE", "ENGINE_URL", "ENGINE_DATA")


def _complete_providers(incomplete: str) -> list[str]:
    return _complete(
        "select distinct provider_id from staging.indices union select 'all'", incomplete
    )


def complete_tickers(incomplete: str) -> list[str]:
    """Return the lists whose last ticker begins with the text typed."""
    return _complete("select ticker from staging.securities", incomplete)


def complete_views(incomplete: str) -> list[str]:
    """Return the views and macros that begin with the text typed."""
    from flowrisk.dataset import sql_models

    known = [*sql_models.models(), *sql_models.macros()]
    return [name for name in known if name.startswith(incomplete)]


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
        help="Dataset folder, or its address on a store. [default: the bundled sample]",
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
        autocompletion=complete_tickers,
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
Treatment = Annotated[
    list[str] | None,
    typer.Option(
        "--treatment",
        show_default=False,
        metavar="TREATMENTS",
        help="What providers do: exclude, freeze or reweight; for all, or 'msci=freeze,"
        "nasdaq=exclude'. [default: exclude]",
    ),
]
Reweight = Annotated[
    list[str] | None,
    typer.Option(
        "--reweight",
        show_default=False,
        metavar="CHANGES",
        help="Steps of a reweight: 'MSTR.factor=1:0.5@2026-02-27' or "
        "'MSTR.shares=300m:270m@2026-05-29', separated by ','.",
    ),
]
ActiveAum = Annotated[
    list[str] | None,
    typer.Option(
        "--active-aum",
        show_default=False,
        metavar="SETS",
        help="Active money measured against a provider's indices: 'msci=5tn'. Its sale is a line "
        "of its own.",
    ),
]
Preset = Annotated[
    str | None,
    typer.Option(
        "--preset",
        show_default=False,
        metavar="NAME",
        help="Settings of a table [presets.NAME] of flowrisk.toml; the sample has january-2026. "
        "Flags go before it.",
    ),
]
FundShare = Annotated[
    float | None,
    typer.Option(
        "--fund-share",
        show_default=False,
        metavar="RATIO",
        help="Share of passive assets held in funds, for the upper end of ranges. [default: 0.478]",
    ),
]
VolatilityWindow = Annotated[
    int | None,
    typer.Option(
        "--volatility-window",
        show_default=False,
        metavar="SESSIONS",
        help="Sessions in the daily volatility. [default: 60]",
    ),
]
Rule = Annotated[
    str | None,
    typer.Option(
        "--rule",
        show_default=False,
        metavar="CONDITION",
        help="Exclude the candidates that meet it instead of a list: 'digital_asset_ratio >= 0.5'.",
    ),
]
CoinPrice = Annotated[
    list[str] | None,
    typer.Option(
        "--coin-price",
        show_default=False,
        metavar="COIN=USD",
        help="Review price of a coin instead of its close. Repeating adds.",
    ),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--engine",
        show_default=False,
        metavar="ENGINE",
        help="What runs the SQL: duckdb (this machine) or spark (a cluster). [default: duckdb]",
    ),
]
EngineUrl = Annotated[
    str | None,
    typer.Option(
        "--engine-url",
        show_default=False,
        metavar="URL",
        help="Spark Connect server, as sc://HOST:PORT.",
    ),
]
EngineData = Annotated[
    str | None,
    typer.Option(
        "--engine-data",
        show_default=False,
        metavar="URL",
        help="The dataset folder as the cluster sees it, such as s3://bucket/dataset. "
        "[default: the same path]",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse on quality warnings (exit code 5).")]
Force = Annotated[bool, typer.Option("--force", help="Replace an existing output file.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notes and warnings.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Notes and remedies too.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error was raised.")]
Color = Annotated[str, typer.Option("--color", help="auto, always or never.", metavar="WHEN")]


def set_verbosity(*, quiet: bool, verbose: bool, debug: bool, color: str) -> None:
    """Set how much a command says.

    Raises: QuestionError for an unknown colour word.
    """
    from flowrisk.question.parsing import choose

    reporter.is_quiet, reporter.is_verbose, reporter.is_debug = quiet, verbose, debug
    reporter.color = choose(color, ("auto", "always", "never"), name="--color")


def refuse_repeated(outputs: Sequence[Path]) -> None:
    """Refuse an output named twice, before any work is done.

    Raises: QuestionError naming it.
    """
    from flowrisk.dataset.folder import absolute
    from flowrisk.errors import QuestionError

    targets = [absolute(path) for path in outputs]
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
    from flowrisk.errors import DataError

    local = _local().get("data")
    if local is not None and not isinstance(local, str):
        raise DataError(
            "The setting 'data' of flowrisk.toml is no path.",
            facts={"data": repr(local)},
            remedy="Write it as text: data = 'my-data'.",
        )
    return api.open_dataset(data or os.environ.get("FLOWRISK_DATA") or local or None)


def own_dataset(data: Path | None) -> Dataset:
    """Open the dataset to write to: never the bundled sample.

    Raises: QuestionError if none is named; DataError if it cannot be opened.
    """
    from flowrisk.dataset.folder import local_path
    from flowrisk.errors import QuestionError

    dataset = open_dataset(data)
    if dataset.is_sample:
        raise QuestionError(
            "No dataset of your own is named.",
            remedy="Make one with 'flowrisk init DIR' and give it as --data DIR.",
        )
    local_path(dataset.folder, "written to")
    return dataset


def engine_of(name: str | None, url: str | None, seen_as: str | None) -> Choice:
    """Return the engine of the flags, else of FLOWRISK_ENGINE, _ENGINE_URL and _ENGINE_DATA.

    Raises: QuestionError for an unknown engine, or an address it lacks or never has.
    """
    from flowrisk.engines.choice import Choice

    variables = [os.environ.get(f"FLOWRISK_{word}") or None for word in _ENGINE_VARIABLES]
    chosen = [flag or other for flag, other in zip((name, url, seen_as), variables, strict=True)]
    return Choice(chosen[0] or "duckdb", *chosen[1:])


def settings_of(
    dataset: Dataset,
    given: Mapping[str, object],
    also: Mapping[str, Setting] | None = None,
) -> dict[str, Assumption]:
    """Return every setting of a question: flag, then FLOWRISK_*, then flowrisk.toml of the
    working folder, then the dataset's, then the default.

    Raises: QuestionError for an unusable value.
    """
    from flowrisk.question import settings

    return settings.resolve(
        given,
        environment=os.environ,
        files=[
            ("flowrisk.toml of the working folder", _local()),
            ("flowrisk.toml of the dataset", dataset.folder.settings),
        ],
        also=also,
    )


def _local() -> Mapping[str, str]:
    from flowrisk.dataset.folder import SETTINGS_FILE, read_settings

    return read_settings(Path(SETTINGS_FILE))  # type: ignore[return-value]
