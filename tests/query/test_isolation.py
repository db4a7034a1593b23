"""The confined child: what the operating system itself denies, and that answers come back whole."""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import sys
import time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.errors import DataError, QuestionError
from flowrisk.export import formats
from flowrisk.query import isolation, process_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset

# no DuckDB here: what holds even where a hostile text had taken the process over
CHILD = """
import json, os, socket, sys
from pathlib import Path
from flowrisk.query import process_limits

here = Path(sys.argv[1])
notes = process_limits.confine([here / "data"], memory_bytes=2**28)
done = {"notes": notes}

def attempt(name, act):
    try:
        done[name] = repr(act())
    except BaseException as error:
        done[name] = type(error).__name__

attempt("read_allowed", (here / "data/a.txt").read_text)
attempt("read_foreign", (here / "foreign.txt").read_text)
attempt("read_passwd", Path("/etc/passwd").read_text)
attempt("list", lambda: list(here.iterdir()))
attempt("write_new", lambda: (here / "new.txt").write_text("x"))
attempt("write_allowed", lambda: (here / "data/a.txt").write_text("x"))
attempt("remove", (here / "data/a.txt").unlink)
attempt("make_folder", (here / "data/b").mkdir)
attempt("link", lambda: (here / "data/l").symlink_to("/etc/passwd"))
attempt("run", lambda: os.execv("/bin/true", ["/bin/true"]))
attempt("call", lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])), timeout=2))
attempt("memory", lambda: len(bytearray(2**29)))
print(json.dumps(done))
"""


def test_the_system_denies_what_the_library_might_not(tmp_path: Path) -> None:
    if process_limits.landlock_version() < 4:
        pytest.skip("this kernel has no Landlock that denies files and TCP")
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.txt").write_text("mine")
    (tmp_path / "foreign.txt").write_text("theirs")
    with socket.create_server(("127.0.0.1", 0)) as server:
        run = subprocess.run(
            [sys.executable, "-c", CHILD, str(tmp_path), str(server.getsockname()[1])],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
    done = json.loads(run.stdout)
    assert done.pop("notes") == []
    assert done.pop("read_allowed") == "'mine'"
    assert done.pop("memory") == "MemoryError"
    assert done == dict.fromkeys(done, "PermissionError")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.txt", "data", "foreign.txt"]
    assert (tmp_path / "data/a.txt").read_text() == "mine"


def test_a_system_without_landlock_says_what_it_cannot_promise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process_limits, "landlock_version", lambda: 0)
    monkeypatch.setattr(process_limits, "_limit", lambda _: [])
    assert process_limits.confine([], memory_bytes=1) == [
        "this system cannot deny files to the query beyond DuckDB's own lock"
    ]


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select 1.5::decimal(30, 10)", Decimal("1.5")), ("select null", None),
        ("select [1, 2]", [1, 2]), ("select {'a': 'x'}", {"a": "x"}), ("select 'é'", "é"),
        ("select date '2025-11-20'", dt.date(2025, 11, 20)), ("select 'x'::blob", b"x"),
        ("select 170141183460469231731687303715884105727::hugeint::varchar",
         "170141183460469231731687303715884105727"),
        ("select count(*) from range(100000)", 100_000), ("select time '10:00'", dt.time(10)),
    ],
)  # fmt: skip
def test_the_answer_is_that_of_owner_mode(sql: str, value: Any, sample: Dataset) -> None:
    isolated = sample.query(sql, isolated=True)
    assert isolated.equals(sample.query(sql))
    assert isolated.row(0)[0] == value


def test_the_question_its_parameters_and_the_limit_reach_the_child(sample: Dataset) -> None:
    sql = "select scenario_id, ticker from marts.outflows where ticker = $ticker"
    asked: dict[str, Any] = {"params": {"ticker": "MSTR"}, "providers": "crsp,msci", "limit": 1}
    assert sample.query(sql, **asked, isolated=True).rows() == [("crsp", "MSTR")]


def test_a_mistake_is_told_as_in_owner_mode(sample: Dataset) -> None:
    with pytest.raises(QuestionError) as isolated:
        sample.query("select tikker from marts.outflows", isolated=True)
    with pytest.raises(QuestionError) as owner:
        sample.query("select tikker from marts.outflows")
    assert str(isolated.value) == str(owner.value)
    assert isolated.value.facts["nearest"] == "ticker"


def test_broken_data_is_the_datas_fault_in_a_child_too(
    make_dataset: Callable[..., Dataset],
) -> None:
    made = make_dataset()
    (made.path / "prices.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(DataError, match="cannot be read"):
        made.query("select 1", isolated=True)


def test_memory_is_limited_and_said_to_be(sample: Dataset) -> None:
    with pytest.raises(QuestionError) as error:
        sample.query("select length(repeat('x', 4000000000))", isolated=True)
    assert "memory" in str(error.value)


def test_a_child_that_dies_is_told_as_such(
    sample: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(isolation, "_CHILD", "import os; os.abort()")
    with pytest.raises(QuestionError, match="ended the process") as error:
        sample.query("select 1", isolated=True)
    assert error.value.facts["exit"] == -6


def test_the_plan_of_an_isolated_query_is_that_of_owner_mode(sample: Dataset) -> None:
    asked = (sample.folder, sample.settings({}), "select count(*) from raw.holdings")
    told: list[str] = []
    plan = isolation.plan(*asked, timeout_s=10, say=told.append)
    assert plan == sample.query_plan(asked[2])
    assert "read parquet" in plan


def test_the_environment_of_the_parent_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOWRISK_CANARY", "x")
    with isolation.started() as child:
        environment = Path(f"/proc/{child.pid}/environ")
        held = environment.read_bytes() if environment.exists() else None
        child.kill()
    if held is None:
        pytest.skip("this system does not show the environment of a process")
    assert b"FLOWRISK_CANARY" not in held


INTERRUPTED = """
import os, signal, threading, time
from flowrisk import api
dataset = api.open_dataset()
threading.Timer(2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    dataset.query("select count(*) from range(10000000) a, range(10000000) b", isolated=True)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_ends_the_wait_and_the_child() -> None:
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert run.stdout == "interrupted\n"
    assert time.monotonic() - started < 30


def test_rows_that_do_not_fit_the_memory_are_refused_in_words(sample: Dataset) -> None:
    """A library in Rust panics where it gets none."""
    with pytest.raises(QuestionError) as refused:
        isolation.rendered(
            sample.folder, sample.settings({}), "from range(8000000)",
            render=partial(formats.frame_bytes, form="table"), limit_count=None, timeout_s=60,
            say=lambda _: None,
        )  # fmt: skip
    assert "memory" in str(refused.value)
