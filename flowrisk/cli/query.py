"""``flowrisk query``: ad-hoc SQL over the views the report uses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flowrisk.cli import diagnostics, options

EPILOG = """\b
Examples:
  flowrisk query "select ticker, outflow_usd from marts.outflows where scenario_id = 'all'"
  flowrisk query "select * from marts.fund_outflows where ticker = 'MSTR'" --format csv
  echo "select count(*) as holdings_count from staging.holdings" | flowrisk query -
"""
_TERMINAL_LIMIT = 500


def query(  # noqa: PLR0913 - one parameter a flag
    sql: Annotated[
        str | None, typer.Argument(show_default=False, help="One select; '-' reads it from stdin.")
    ] = None,
    *,
    file: Annotated[
        Path | None,
        typer.Option("--file", "-f", show_default=False, help="Read the SQL from a file."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            show_default=False,
            help="Rows at most, -1 for all. [default: 500 on a terminal, else all]",
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", help="Stop after this time (exit code 4)."),
    ] = 60.0,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="table, csv, json, jsonl, markdown or parquet (with -o).",
        ),
    ] = "table",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            show_default=False,
            metavar="FILE",
            help="Write the rows (.csv .json .jsonl .md .parquet) instead of printing.",
        ),
    ] = None,
    providers: options.Providers = None,
    securities: options.Securities = None,
    list_id: options.ListId = None,
    method: options.Method = None,
    as_of: options.AsOf = None,
    known_on: options.KnownOn = None,
    max_age: options.MaxAge = None,
    adv_window: options.AdvWindow = None,
    price: options.Price = None,
    treatment: options.Treatment = None,
    reweight: options.Reweight = None,
    data: options.Data = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    debug: options.Debug = False,
    color: options.Color = "auto",
) -> None:
    """Answer one select over the views of a question, read-only."""
    options.speak(quiet=quiet, verbose=verbose, debug=debug, color=color)
    from flowrisk import export, sandbox

    wanted_form = _form(form, output, is_forced=force)
    text = _text(sql, file)
    dataset = options.open_dataset(data)
    chosen = options.settings_of(dataset, {
        "providers": providers, "securities": securities, "list": list_id, "method": method,
        "as_of": as_of, "known_on": known_on, "max_age": max_age, "adv_window": adv_window,
        "price": price, "treatment": treatment, "reweight": reweight,
    })  # fmt: skip
    frame, is_cut = sandbox.query(
        dataset.folder, chosen, text, limit_count=_limit(limit, output), timeout_s=timeout
    )
    content = export.frame_bytes(frame, wanted_form)
    if output is None:
        diagnostics.emit(content)
    else:
        diagnostics.reporter.say(f"written: {export.write(output, content, is_forced=force)}")
    if is_cut:
        diagnostics.reporter.say(f"cut after {frame.height} rows; --limit -1 gives all")


def _form(form: str, output: Path | None, *, is_forced: bool) -> str:
    from flowrisk import domain, export
    from flowrisk.errors import QuestionError

    known = export.FORMATS
    if output is None:
        return domain.choose(form, [name for name in known if name != "parquet"], name="--format")
    export.refuse_existing(output, is_forced=is_forced)
    suffix = {"md": "markdown", "txt": "table"}.get(output.suffix[1:], output.suffix[1:])
    if suffix not in known:
        raise QuestionError(
            f"The suffix of '{output.name}' names no format.",
            facts={"known": ".csv, .json, .jsonl, .md, .parquet, .txt"},
            remedy="Name the output with one of the known suffixes.",
        )
    return suffix


def _text(sql: str | None, file: Path | None) -> str:
    from flowrisk.errors import QuestionError

    if (sql is None) == (file is None):
        raise QuestionError("Give the SQL once: as an argument, with --file, or '-' for stdin.")
    if file is not None:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise QuestionError(
                "The SQL file cannot be read.", facts={"file": file, "reason": error}
            ) from error
    return sys.stdin.read() if sql == "-" else str(sql)


def _limit(limit: int | None, output: Path | None) -> int | None:
    from flowrisk.errors import QuestionError

    if limit is None:
        return _TERMINAL_LIMIT if output is None and sys.stdout.isatty() else None
    if limit < -1:
        raise QuestionError(
            "The limit is negative.",
            facts={"--limit": limit},
            remedy="Give a number of rows, or -1 for all.",
        )
    return None if limit == -1 else limit
