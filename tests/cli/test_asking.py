"""One table of options: every command that asks takes the same flags, grouped and completed."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from rows import write_dataset

from flowrisk.__main__ import app
from flowrisk.cli import completion, options
from flowrisk.cli.help import GroupedCommand
from flowrisk.question.options import GROUPS
from flowrisk.question.question import Question, options_by_field

Flowrisk = Callable[..., Any]
LINES_COUNT = 60
COMMANDS: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
ASKING = (
    "scenario", "calendar", "risk", "screen", "calibrate", "compare", "explain", "query", "shell",
    "export-duckdb",
)  # fmt: skip
PRINTING = (*(name for name in ASKING if name not in {"shell", "export-duckdb"}), "check",
            "backtest", "tables")  # fmt: skip


def flags(name: str) -> dict[str, Any]:
    """The options of a command by each of their spellings."""
    found = [each for each in COMMANDS[name].params if each.param_type_name == "option"]
    return {spelling: each for each in found for spelling in each.opts}


@pytest.mark.parametrize("name", ASKING)
def test_every_command_that_asks_takes_the_whole_question_and_says_where_from(name: str) -> None:
    found = flags(name)
    for each in options_by_field(Question).values():
        assert {each.flag, *each.spellings} <= set(found), each.name
        assert found[each.flag].help == each.told
    assert {"--data", "--engine", "--engine-url", "--engine-data", "--strict"} <= set(found)


@pytest.mark.parametrize("name", PRINTING)
def test_every_answer_is_printed_and_written_by_the_same_flags(name: str) -> None:
    found = flags(name)
    assert found["-f"] is found["--format"]
    assert found["-o"] is found["--output"]
    assert "--force" in found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_spelling_means_the_same_everywhere(name: str) -> None:
    found = flags(name)
    assert "-f" not in found or "--format" in found["-f"].opts
    assert {"--data", "--quiet", "--help-all"} <= set(found)
    names = [each.name for each in COMMANDS[name].params]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_one_screen_in_groups_and_all_of_it_is_to_be_had(
    name: str, within: Flowrisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    short, whole = within(name, "--help").out, within(name, "--help-all").out
    assert len(short.splitlines()) <= LINES_COUNT
    assert all(re.search(rf"{spelling}\b", whole) for spelling in flags(name))
    headings = [line[:-1] for line in whole.splitlines() if line[:-1] in GROUPS]
    assert headings == [group for group in GROUPS if group in headings]
    assert len(short) < len(whole) or "Question" not in headings
    assert isinstance(COMMANDS[name], GroupedCommand)


def test_one_help_holds_every_command_with_every_option(
    within: Flowrisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    whole = within("--help-all").out
    parts = whole.split("Usage: ")[2:]
    assert len(parts) == len(COMMANDS)
    for name, own in zip(COMMANDS, parts, strict=True):
        assert f" {name} " in own.partition("\n")[0]
        assert all(re.search(rf"{spelling}\b", own) for spelling in flags(name)), name


def test_help_begins_with_verbs_and_cuts_none(
    within: Flowrisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = within("--help").out.partition("Commands:\n")[2].splitlines()
    assert len(listed) == len(COMMANDS)
    assert all(re.fullmatch(r"  [a-z-]+ +[A-Z][a-z]+ .*\.", line) for line in listed)
    assert not any("..." in line or "?" in line for line in listed)


ENUMERATED = {
    "--format": "js", "--method": "track", "--list": "min", "--preset": "jan", "--color": "al",
    "--treatment": "fre", "--providers": "nas", "--engine": "sp", "--securities": "MST",
    "--price": "MST", "--coin-price": "BT", "--active-aum": "ms", "--reweight": "MST",
}  # fmt: skip
OF_A_COMMAND = {
    ("scenario", "--sections"): "head", ("calendar", "--format"): "ic",
    ("risk", "--dependence"): "cop",
    ("risk", "--probabilities"): "nas", ("risk", "--leader"): "ms", ("screen", "--move"): "buy",
    ("risk", "--uncertainty"): "cov", ("explain", "--scenario"): "al",
    ("explain", "--provider"): "ms", ("query", "--format"): "parq", ("ingest", "--format"): "js",
    **{("scenario", flag): start for flag, start in ENUMERATED.items()},
}  # fmt: skip


@pytest.mark.parametrize(("command", "flag"), OF_A_COMMAND)
def test_every_enumerated_option_is_completed(
    command: str, flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLOWRISK_DATA", raising=False)
    monkeypatch.chdir("/")
    start = OF_A_COMMAND[command, flag]
    context = COMMANDS[command].make_context(command, [], resilient_parsing=True)
    items = flags(command)[flag].shell_complete(context, start)
    assert items
    assert all(str(item.value).startswith(start) for item in items)


def test_every_option_of_the_table_that_completes_has_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FLOWRISK_DATA", raising=False)
    monkeypatch.chdir("/")
    table = (*options_by_field(Question).values(), *options.PAGED, *options.ROWS,
             *options.ENGINES, *options.SPEAKING)  # fmt: skip
    for source in {each.completes for each in table if each.completes}:
        assert completion.words(source), source


@pytest.mark.parametrize(
    ("source", "typed", "completed"),
    [
        ("providers", "ms", ["msci"]), ("providers", "msci,na", ["msci,nasdaq"]),
        ("providers", "msci+al", ["msci+all"]), ("tickers", "MSTR,mar", ["MSTR,MARA"]),
        ("treatments", "msci=fre", ["msci=freeze"]),
        ("providers", "msci=.4,na", ["msci=.4,nasdaq"]),
        ("providers", "msci=4", []), ("ingest_formats", "npo", ["nport"]),
    ],
)  # fmt: skip
def test_the_last_name_of_a_list_is_completed(
    source: str, typed: str, completed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FLOWRISK_DATA", raising=False)
    monkeypatch.chdir("/")
    complete = completion.of(source)
    assert complete is not None
    assert complete(typed) == completed


def test_nothing_is_completed_where_the_data_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FLOWRISK_DATA", str(tmp_path / "nowhere"))
    assert completion.words("tickers") == []


@pytest.mark.parametrize("name", ["query", "shell", "export-duckdb"])
def test_a_cluster_is_refused_in_words_where_only_duckdb_runs(
    name: str, within: Flowrisk, tmp_path: Path
) -> None:
    words = {"query": ("select 1",), "shell": (), "export-duckdb": (tmp_path / "x.duckdb",)}[name]
    run = within(name, *words, "--engine", "spark", "--engine-url", "sc://nowhere:1")
    assert (run.code, run.out) == (2, "")
    assert "DuckDB on this machine only" in run.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("query", "select 1"), ("shell",), ("export-duckdb", "x.duckdb"), ("check",), ("backtest",),
    ],
)  # fmt: skip
def test_a_cluster_of_the_environment_is_said_not_to_be_used_where_only_duckdb_runs(
    words: tuple[str, ...], within: Flowrisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("select 1;\n"))
    monkeypatch.setenv("FLOWRISK_ENGINE", "spark")
    monkeypatch.setenv("FLOWRISK_ENGINE_URL", "sc://nowhere:1/;token=secret")
    run = within(*words)
    assert run.code == 0, run.err
    assert "on this machine only; not used: FLOWRISK_ENGINE, FLOWRISK_ENGINE_URL" in run.err
    assert "secret" not in run.err
    if words[0] == "query":
        assert "not used" not in within(*words, "--engine", "duckdb").err
        monkeypatch.setenv("FLOWRISK_ENGINE", "duckdb")
        monkeypatch.delenv("FLOWRISK_ENGINE_URL")
        assert "not used" not in within(*words).err


def test_the_engine_of_a_flag_takes_no_address_of_the_environment(
    within: Flowrisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWRISK_ENGINE", "spark")
    monkeypatch.setenv("FLOWRISK_ENGINE_URL", "sc://nowhere:1")
    run = within("scenario", "-s", "MSTR", "-p", "msci", "--engine", "duckdb")
    assert run.code == 0, run.err


@pytest.mark.parametrize("words", [("scenario",), ("risk",), ("explain", "MSTR", "-p", "msci")])
def test_an_engine_of_the_environment_that_is_none_is_an_error(
    words: tuple[str, ...], within: Flowrisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOWRISK_ENGINE", "sparc")
    run = within(*words)
    assert (run.code, run.out) == (2, "")
    assert "no engine 'sparc'" in run.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("calibrate", "--target", "msci=2.8bn", "-s", "MSTR", "-p", "msci"), "those of --target"),
        (("calibrate", "--target", "msci=2.8bn"), "about one security"),
        (("calibrate", "--target", "2.8bn", "-s", "MSTR"), "PROVIDERS=DOLLARS"),
        (("explain", "MSTR"), "--provider msci"),
        (("explain", "MSTR", "-p", "msci,all"), "one provider"),
        (("explain", "MSTR", "-s", "MARA", "-p", "msci"), "named twice"),
        (("explain", "-p", "msci"), "about one security"),
        (("compare", "a", "b", "--data", "c"), "B is named twice"),
        (("check", "a", "--data", "b"), "named twice"),
        (("init", "a", "--data", "b"), "once"),
        (("init",), "once"),
        (("query", "select 1", "-o", "x.csv", "-o", "./x.csv"), "named twice"),
    ],
)
def test_what_a_command_has_no_use_for_is_refused(
    words: tuple[str, ...], said: str, within: Flowrisk, tmp_path: Path
) -> None:
    run = within(*words)
    assert (run.code, run.out) == (2, "")
    assert said in run.err
    assert list(tmp_path.iterdir()) == []


def test_the_security_and_the_provider_have_the_names_of_every_question(within: Flowrisk) -> None:
    named = within("explain", "-s", "MSTR", "--providers", "msci", "-f", "json")
    assert named.code == 0, named.err
    assert named.out == within("explain", "MSTR", "--provider", "msci", "-f", "json").out
    target = ("calibrate", "--target", "msci=2.8bn", "-f", "csv")
    assert within(*target, "-s", "MSTR").out == within(*target, "--security", "MSTR").out


def test_percent_and_ratio_are_the_same_question(within: Flowrisk, tmp_path: Path) -> None:
    write_dataset(tmp_path / "data")
    words = ("scenario", "-p", "msci", "--data", tmp_path / "data", "-f", "json", "--participation")
    told = [json.loads(within(*words, text).out) for text in ("15%", "0.15", "15 %")]
    assert told[0] == told[1] == told[2]
    assert told[0]["assumptions"]["participation_ratio"]["value"] == 0.15


def test_sql_says_what_no_view_reads_and_holds_to_strict(within: Flowrisk) -> None:
    run = within("query", "select 1 as a", "-f", "csv", "--participation", "10%")
    assert (run.code, run.out) == (0, "a\n1\n")
    assert "no view reads --participation" in run.err
    strict = within("query", "select 1 as a", "--strict")
    assert (strict.code, strict.out) == (5, "")


def test_a_dataset_can_be_named_by_its_flag_everywhere(within: Flowrisk, tmp_path: Path) -> None:
    assert within("init", "--data", "mine").code == 0
    compared = within("compare", "mine", "--data", "mine", "-s", "MSTR", "-p", "msci", "-f", "csv")
    assert compared.code == 0, compared.err
    checked = within("check", "--data", "mine", "-o", "checks.csv")
    assert (checked.code, checked.out) == (0, "")
    assert (tmp_path / "checks.csv").read_text("utf-8").startswith("check,state,")
