"""Inputs of any shape end soon and in words; nothing a user can type is flowrisk's own fault."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk import api
from flowrisk.cli import diagnostics
from flowrisk.dataset import leftovers
from flowrisk.ingest.readers import edgar_xml
from flowrisk.report import page_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Run

TOML = [
    "presets = 5", "[presets]\nx = 5", "max_age = 1" + "0" * 400, "providers = " + "[" * 5000,
    "data = 5", "data = [1]", "\x00", "max_age = nan", "max_age = inf", "price = 5",
    "treatment = [[1]]", "adv_window = {a = 1}", "as_of = 5", "unknown = 1", "preset = [1]",
]  # fmt: skip


def in_words(run: Run) -> bool:
    return run.code in {0, 2, 3, 5} and "own account" not in run.err and "Traceback" not in run.err


@pytest.mark.parametrize("text", TOML, ids=lambda text: text[:20])
def test_any_settings_file_is_answered_in_words(
    within: Callable[..., Run], tmp_path: Path, text: str
) -> None:
    (tmp_path / "flowrisk.toml").write_text(text)
    assert in_words(within("scenario", "-q", "--preset", "x"))
    assert in_words(within("scenario", "-q"))


SQL = [
    "select union_value(a := 1) as u", "select 1::bignum as b", "select '12:00:00+02'::timetz",
    "select 340282366920938463463374607431768211455::uhugeint",
    "select 170141183460469231731687303715884105727::hugeint", "select interval 1 day",
]  # fmt: skip


@pytest.mark.parametrize("sql", SQL)
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_value_that_no_output_carries_is_refused(
    within: Callable[..., Run], sql: str, form: str
) -> None:
    run = within("query", sql, "--format", form)
    assert run.code == 2
    assert "no output format can carry" in run.err


def test_large_whole_numbers_keep_their_digits(within: Callable[..., Run]) -> None:
    number = "9" * 38
    run = within("query", f"select {number}::hugeint as h, 0.1234567890123456789 as d", "--format",
                 "json")  # fmt: skip
    assert number in run.out
    assert "0.1234567890123456789" in run.out


def test_a_home_that_does_not_exist_and_text_that_is_none(within: Callable[..., Run]) -> None:
    for words in (
        ("scenario", "--data", "~nosuchuser/x"), ("scenario", "-o", "~nosuchuser/x.csv"),
        ("init", "~nosuchuser/x"), ("query", "select '\udcff' as a"), ("query", "--file", "/dev"),
        ("compare", "~nosuchuser/a", "b"), ("ingest", "ark", "~nosuchuser/x.csv"),
        ("scenario", "--theme", "/dev/zero", "-o", "x.html"), ("scenario", "--list", "\udcff"),
    ):  # fmt: skip
        assert in_words(within(*words)), words


def test_a_damaged_result_is_named(within: Callable[..., Run], tmp_path: Path) -> None:
    assert within("scenario", "-q", "-o", tmp_path / "r.json").code == 0
    whole = json.loads((tmp_path / "r.json").read_text())
    damages = (None, 5, "x", [], {}, [[1]], [{"a": 1}])
    for place, name in enumerate(whole):
        # two of them a name: each name meets others than the one before it
        for damage in (damages[place % 7], damages[(place + 3) % 7]):
            (tmp_path / "m.json").write_text(json.dumps({**whole, name: damage}))
            run = within("compare", tmp_path / "r.json", tmp_path / "m.json")
            assert in_words(run), (place, name, damage, run.err)


@pytest.mark.parametrize("value", [None, True, "x\x1b[2J", [[1]]])
def test_a_result_damaged_deep_inside_is_named(
    within: Callable[..., Run], tmp_path: Path, value: object
) -> None:
    assert within("scenario", "-q", "-o", tmp_path / "r.json").code == 0
    text = (tmp_path / "r.json").read_text()
    for path in (("dataset", "digest"), ("dataset", "path"), ("assumptions", "price"),
                 ("assumptions", "method", "value"), ("outflows", 0), ("outflows", 0, "ticker"),
                 ("outflows", 0, "outflow_usd"), ("provider_outflows", 0, "provider_id"),
                 ("fund_outflows", 0, "held_shares"), ("scenarios", 0, "provider_ids"),
                 ("fund_coverage", 0, "fund_id"), ("warnings", 0)):  # fmt: skip
        document = json.loads(text)
        place: Any = document
        for name in path[:-1]:
            place = place[name]
        place[path[-1]] = value
        (tmp_path / "m.json").write_text(json.dumps(document))
        run = within("compare", tmp_path / "r.json", tmp_path / "m.json")
        assert in_words(run), (path, value, run.err)


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("form", ["ark", "nport", "13f", "prices", "ishares", "state-street"])
def test_what_is_no_file_is_refused_at_once(
    within: Callable[..., Run], tmp_path: Path, kind: str, form: str
) -> None:
    data = api.init(tmp_path / "ds").path
    source = tmp_path / "x.csv"
    os.mkfifo(source)
    run = within("ingest", form, source if kind == "pipe" else "/dev/zero", "--data", data)
    assert (run.code, "a pipe or a device" in run.err) == (3, True)
    run = within("ingest", form, data / "flowrisk.toml", "--data", data, "--map", source)
    assert run.code == 3


def test_a_tag_that_goes_on_is_read_in_time(tmp_path: Path) -> None:
    text = "<a b='" + "x" * 20_000_000 + "'/>"
    started = time.monotonic()
    assert edgar_xml.root_name(tmp_path / "x.xml", text) == "a"
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "css",
    ["@\\69mport 'x';", "a{b:u\\72l(http://x)}", "a{b:image\\2dset('x')}", "a{b:\\75 rl(x)}",
     "a{b:src('http://x')}", "a{" * 20_000, "@\\000069 mport 'x'", "a{b:UR\\6C(http://x)}"],
    ids=lambda css: css[:20],
)  # fmt: skip
def test_a_theme_hides_nothing_behind_escapes(tmp_path: Path, css: str) -> None:
    (tmp_path / "t.css").write_text(css)
    with pytest.raises(page_options.QuestionError, match="stand on its own"):
        page_options.asked_for(theme=tmp_path / "t.css")


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    gone = subprocess.run([sys.executable, "-c", ""], check=True) and 2**22 - 1
    dead = tmp_path / f".flowrisk-{gone}-ab12"
    dead.write_text("x")
    folder = tmp_path / f"flowrisk-{gone}-zz_1"
    folder.mkdir()
    link = tmp_path / f".flowrisk-{gone}-cd34"
    link.symlink_to(tmp_path)
    mine = leftovers.beside(tmp_path / "x")
    mine.write_text("x")
    (tmp_path / ".flowrisk-notes").write_text("x")
    leftovers.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, ".flowrisk-notes", link.name}


def test_told_to_end_it_ends_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import os, signal, tempfile, time\n"
        "from flowrisk.cli import diagnostics\n"
        "from flowrisk.dataset import leftovers\n"
        "def run():\n"
        "    with tempfile.TemporaryDirectory(prefix=leftovers.prefix()):\n"
        "        os.kill(os.getpid(), signal.SIGTERM); time.sleep(5)\n"
        "diagnostics.end_when_told(); diagnostics.exit_now(diagnostics.exit_code_of(run))\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", script], env=environment, check=False)
    assert run.returncode == 128 + signal.SIGTERM
    assert not list(tmp_path.iterdir())


def test_a_path_that_there_cannot_be_is_named_as_one(
    within: Callable[..., Run], tmp_path: Path
) -> None:
    long = "x" * 300
    data = api.init(tmp_path / "ds").path
    for words in (
        ("scenario", "--data", long), ("scenario", "-o", f"{long}.csv"), ("check", long),
        ("query", "--file", long), ("compare", long, "b"), ("init", long), ("init", "x/" * 3000),
        ("scenario", "--theme", long, "-o", "x.html"), ("export-duckdb", f"{long}.duckdb"),
        ("ingest", long, "--data", data), ("ingest", "ark", f"{long}.csv", "--data", data),
        ("ingest", "ark", data / "flowrisk.toml", "--map", long, "--data", data),
        ("ingest", "table", data / "flowrisk.toml", "--profile", long, "--data", data),
    ):  # fmt: skip
        run = within(*words)
        assert (run.code, "A path cannot be followed" in run.err) == (2, True), (words, run.err)
    (tmp_path / "flowrisk.toml").write_text('data = "a\\u0000b"')
    assert "A path cannot be followed" in within("scenario").err


PROFILES = [
    "columns = 5", "columns = {shares = 5}", 'columns = {shares = "Q", isin = ["I", 5]}',
    'columns = {shares = "Q", isin = "I"}\nrequired = 5', "title = [1]", "a = " + "[" * 5000,
    'columns = {shares = "Q", isin = "I"}\nrequired = ["cusip"]', "\x00", "fund_line = 5",
    'columns = {shares = "Q", isin = "I"}\nabove = {fund = 5}', "constants = 5", "recognise = [5]",
]  # fmt: skip


@pytest.mark.parametrize("text", PROFILES, ids=lambda text: text[:50])
def test_any_profile_is_answered_in_words(
    within: Callable[..., Run], tmp_path: Path, text: str
) -> None:
    (tmp_path / "p.toml").write_text(text)
    (tmp_path / "t.csv").write_text("I,Q\nUS88160R1014,5\n")
    run = within("ingest", "table", "t.csv", "--profile", "p.toml", "--data", tmp_path / "none")
    assert in_words(run), run.err
    data = api.init(tmp_path / "ds").path
    run = within("ingest", "table", "t.csv", "--profile", "p.toml", "--data", data)
    assert (run.code, "p.toml" in run.err) == (3, True), run.err


def test_any_table_beside_the_data_is_answered_in_words(
    within: Callable[..., Run], tmp_path: Path
) -> None:
    data = api.init(tmp_path / "ds").path
    (tmp_path / "t.csv").write_text("I,Q\nUS88160R1014,5\n")
    words = ("ingest", "table", "t.csv", "--columns", "shares=Q,isin=I", "--as-of", "2025-11-18",
             "--fund", "F", "--dry-run", "--data", data)  # fmt: skip
    for name in ("index_funds.csv", "index_name_rules.csv"):
        for content in (b"\xff\xfe", b"a,b\n1,2\n", b'"' + b"x" * 200_000, b"\0", b"x" * 200_000):
            (data / name).write_bytes(content)
            run = within(*words)
            assert (run.code, name in run.err) == (3, True), (name, content[:20], run.err)
        (data / name).unlink()
    for text in ("value,security_id,scheme\na\n", "scheme,value,security_id\nisin\n",
                 "scheme,value,security_id\nisin,US88160R1014,X,y,z\n", ""):  # fmt: skip
        (tmp_path / "m.csv").write_text(text)
        run = within(*words, "--map", "m.csv")
        assert (run.code, "m.csv" in run.err) == (3, True), (text, run.err)


def test_a_panic_of_an_engine_is_told_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    class PanicError(BaseException):
        """What a library in Rust raises: no Exception."""

    def run() -> None:
        raise PanicError("index out of bounds")

    assert diagnostics.exit_code_of(run) == 1
    assert "PanicError: index out of bounds" in capsys.readouterr().err
