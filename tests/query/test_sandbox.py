"""Other people's SQL reads the views and can do nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from paths import ROOT

from flowrisk import errors
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from flowrisk.api import Dataset

ENDLESS = "with recursive t as (select 1 as a union all select a + 1 from t) select count(*) from t"
# each either fails or, at worst, says nothing; none may read, write or change anything
ATTACKS = [
    "select * from read_csv('/etc/passwd')", "select * from '/etc/passwd'",
    "from read_text('/etc/passwd')", "from read_blob('/proc/self/environ')",
    "from read_json('/etc/passwd')", "from read_parquet('/etc/*')", "from glob('/etc/*')",
    "from glob('*')", "from read_text('{here}/secret.txt')", "from sniff_csv('/etc/passwd')",
    "from parquet_metadata('/etc/passwd')", "from read_duckdb('{here}/x.db')",
    "from read_csv('https://example.org/x.csv')", "from read_parquet('s3://bucket/x.parquet')",
    "select getenv('HOME')", "copy (select 1) to '{here}/out.csv'",
    "with x as (copy (select 1) to '{here}/out.csv') select 1",
    "copy staging.holdings to '{part}'", "with x as (copy (select 1) to '{part}') select 1",
    "from query('with x as (copy (select 1) to ''{here}/out.csv'') select 1')",
    "export database '{here}/out'", "attach '{here}/out.db'", "create table t as select 1",
    "create view marts.outflows as select 1", "drop view marts.outflows",
    "insert into scenario.providers values ('a', 1, 'b')",
    "update scenario.providers set provider_id = 'x'",
    "delete from scenario.providers",
    "with x as (delete from scenario.providers returning *) from x",
    "truncate scenario.providers", "set enable_external_access = true", "reset lock_configuration",
    "set lock_configuration = false", "set allowed_paths = ['/etc/passwd']",
    "set threads = 1", "pragma threads = 1", "pragma enable_profiling", "install httpfs",
    "load httpfs", "install x from 'http://example.org'", "call enable_logging()",
    "from enable_logging(storage = 'file', storage_path = '{here}/log')",
    "from enable_profiling(save_location = '{here}/out')", "from force_checkpoint()",
    "from json_execute_serialized_sql('{{}}')", "from create_external_resource('a')",
    "create secret s (type s3)", "select 1; select 2", "select 1; copy (select 1) to '{here}/out'",
    "begin transaction", "checkpoint", "vacuum", "explain analyze select 1",
    "prepare p as select 1", "execute p", "create macro m() as 1", "comment on view x is 'y'",
    "use memory", "detach memory", "", ";", "-- nothing", "select ?", "select $1", "select $x",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_are_refused_and_leave_nothing(
    attack: str, sample: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.txt").write_text("secret")
    part = next(iter(sample.folder.files["holdings"]))
    before = part.read_bytes()
    with pytest.raises(QuestionError):
        sample.query(attack.format(here=tmp_path, part=part), timeout=10)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]
    assert part.read_bytes() == before


@pytest.mark.parametrize(
    "harmless",
    [
        "select current_setting('enable_external_access')",
        "select value from duckdb_settings() where name = 'enable_external_access'",
    ],
)
def test_the_gate_is_closed_and_says_so(harmless: str, sample: Dataset) -> None:
    assert str(sample.query(harmless).item()).casefold() == "false"


def test_files_of_another_dataset_are_out_of_reach(sample: Dataset, tmp_path: Path) -> None:
    (tmp_path / "other.parquet").write_bytes(sample.folder.files["prices"][0].read_bytes())
    with pytest.raises(QuestionError):
        sample.query(f"from read_parquet('{tmp_path}/other.parquet')")


@pytest.mark.parametrize("timeout", [0.05, 1.0])
def test_an_endless_query_ends_in_time(timeout: float, sample: Dataset) -> None:
    started = time.monotonic()
    with pytest.raises(errors.TimeoutError, match=f"within {timeout:g} s"):
        sample.query(ENDLESS, timeout=timeout)
    assert time.monotonic() - started < timeout + 5


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf"), 1e300])
def test_a_time_limit_that_is_none_is_refused(timeout: float, sample: Dataset) -> None:
    with pytest.raises(QuestionError, match="time limit"):
        sample.query("select 1", timeout=timeout)


def test_a_query_works_again_after_one_that_was_stopped(sample: Dataset) -> None:
    with pytest.raises(errors.TimeoutError):
        sample.query(ENDLESS, timeout=0.05)
    assert sample.query("select 1").item() == 1


@pytest.mark.parametrize(("limit", "rows"), [(None, 7), (7, 7), (3, 3), (0, 0), (10**9, 7)])
def test_the_limit_is_kept(limit: int | None, rows: int, sample: Dataset) -> None:
    assert sample.query("select * from range(7)", limit=limit).height == rows


@pytest.mark.parametrize(("limit", "is_cut"), [(None, False), (7, False), (6, True), (0, True)])
def test_what_was_left_off_is_said(limit: int | None, is_cut: bool, sample: Dataset) -> None:  # noqa: FBT001
    from flowrisk.query import sandbox

    _, said = sandbox.query(sample.folder, sample.settings({}), "select * from range(7)",
                            limit_count=limit, timeout_s=10)  # fmt: skip
    assert said == is_cut


@pytest.mark.parametrize("limit", [-1, 10**30])
def test_a_limit_that_is_none_is_refused(limit: int, sample: Dataset) -> None:
    with pytest.raises(QuestionError, match="limit"):
        sample.query("select 1", limit=limit)


@pytest.mark.parametrize(
    ("sql", "fact", "value"),
    [
        ("select * from outflows", "nearest", "marts.outflows"),
        ("select * from marts.outflow", "nearest", "marts.outflows"),
        ("select * form marts.outflows", "at", "line 1: select * form marts.outflows"),
        ("select\n  outflow_us from marts.outflows", "reason", "outflow_us"),
    ],
)
def test_a_mistake_is_shown_in_the_users_own_words(
    sql: str, fact: str, value: str, sample: Dataset
) -> None:
    with pytest.raises(QuestionError) as error:
        sample.query(sql)
    assert value in str(error.value.facts.get(fact))


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("select 1.5::decimal(30, 10)", 1.5), ("select null", None), ("select [1, 2]", [1, 2]),
        ("select 'a;b'", "a;b"), ("select 1 -- comment; drop", 1), ("select 1;", 1),
        ("select count(*) from scenario.providers", 6), ("values (1)", 1),
        ("select count(*) from marts.outflows where scenario_id = 'msci'", 24),
    ],
)  # fmt: skip
def test_honest_questions_are_answered(sql: str, value: Any, sample: Dataset) -> None:
    found = sample.query(sql).row(0)[0]
    assert found == value or float(found) == value


@pytest.mark.parametrize(
    "sql",
    ["select interval '1' day as a", "select 'infinity'::date as a",
     "select date '9999-12-31' + interval '1' day as a", "select timestamp '294247-01-01' as a",
     "select 170141183460469231731687303715884105727::hugeint as a", "select '1'::bit as a",
     "select time '10:00' as a", "select map {'a': 1} as a", "select gen_random_uuid() as a",
     "select 'x'::blob as a", "select 'nan'::double as a", "select ['nan'::double] as a",
     "select timestamptz '2020-01-01 00:00:00+00' as a"],
)  # fmt: skip
def test_any_type_is_written_or_refused_in_words(sql: str, sample: Dataset) -> None:
    from flowrisk.export import formats

    try:
        frame = sample.query(sql)
    except QuestionError as error:
        assert error.remedy  # noqa: PT017 - either way is right, a crash is not
        return
    assert all(formats.frame_bytes(frame, form) for form in formats.FORMATS)


def test_a_limit_of_time_holds_while_rows_are_read(sample: Dataset) -> None:
    started = time.monotonic()
    with pytest.raises(errors.TimeoutError, match=r"within 0\.5 s"):
        sample.query("select * from range(100000000000)", timeout=0.5)
    assert time.monotonic() - started < 10


def test_a_value_that_fails_while_rows_are_read_is_refused_in_words(sample: Dataset) -> None:
    sql = "select if(range = 900000, 'x', '1')::integer as a from range(1000000)"
    with pytest.raises(QuestionError) as refused:
        sample.query(sql)
    assert refused.value.facts["reason"] == "Could not convert string 'x' to INT32"
    assert refused.value.facts["column"] == 36


INTERRUPTED = """
import os, signal, threading, time
import flowrisk
dataset = flowrisk.open_dataset()
dataset.query("select 1 as a")
threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
started = time.monotonic()
try:
    dataset.query({sql!r})
except KeyboardInterrupt:
    print(time.monotonic() - started < 8)
"""


@pytest.mark.parametrize(
    "sql",
    ["select * from range(100000000000)", "select sum(hash(range)) from range(1000000000000)"],
    ids=["rows", "one row"],
)
def test_ctrl_c_ends_a_query_at_once(sql: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(sql=sql)], cwd=ROOT, capture_output=True,
        text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "True\n"
