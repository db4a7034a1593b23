"""Hostile SQL: nothing foreign is read, nothing is written, no time is escaped, no data changes.

The same attacks meet both modes: owner mode in one session, isolated mode in one confined child
that answers them all. What would end the process (hangs, bombs) meets the isolated mode one child
each.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk import api, errors
from flowrisk.errors import FlowriskError, QuestionError
from flowrisk.query import sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CANARY = "canary-7d1f"
# what the text of another's file or process would show
FOREIGN = (CANARY, "root:", "PATH=", "MemTotal", "flowrisk.toml\n")
# {here} holds foreign files with the canary; {part} is a file of the dataset; {port} listens
FAMILIES: dict[str, list[str]] = {
    "files": [
        "from read_csv('{here}/foreign.csv')", "from '{here}/foreign.csv'",
        "from '{here}/foreign.parquet'", "from read_parquet('{here}/foreign.parquet')",
        "from read_parquet(['{part}', '{here}/foreign.parquet'], union_by_name = true)",
        "from read_parquet('{here}/*.parquet')", "from parquet_scan('{here}/foreign.parquet')",
        "from parquet_metadata('{here}/foreign.parquet')",
        "from parquet_kv_metadata('{here}/foreign.parquet')",
        "from parquet_bloom_probe('{here}/foreign.parquet', 'a', 'x')",
        "from read_json('{here}/foreign.json')", "from read_ndjson_objects('{here}/foreign.json')",
        "from read_text('{here}/foreign.csv')", "from read_blob('{here}/foreign.csv')",
        "from read_text('{part}/../../../foreign.csv')", "from read_text('{link}')",
        "from read_text('file://{here}/foreign.csv')", "from sniff_csv('{here}/foreign.csv')",
        "from read_duckdb('{here}/foreign.duckdb')", "from glob('{here}/*')", "from glob('/etc/*')",
        "from read_text('/etc/passwd')", "from read_csv('/etc/passwd', header = false)",
        "from read_text('/proc/self/environ')", "from read_text('/proc/meminfo')",
        "from read_text('/dev/stdin')", "from read_single_csv_file('{here}/foreign.csv')",
        "from query_table('{here}/foreign.parquet')", "from read_text('{data}/flowrisk.toml')",
        "select * from (select '{here}/foreign.csv' as f), lateral (select * from read_text(f))",
    ],
    "writes": [
        "copy (select 1) to '{here}/out.csv'", "copy staging.holdings to '{part}'",
        "copy (select 1) to '{here}/out.parquet' (format parquet)",
        "export database '{here}/out'", "attach '{here}/out.duckdb' as o",
        "create table t as select 1",
        "create temp table t as select 1", "create or replace view marts.outflows as select 1",
        "create or replace macro holders(asked_ticker) as table select 1",
        "drop view staging.holdings", "drop schema marts cascade", "drop macro table holders",
        "insert into scenario.providers values ('a', 1, 'b')", "truncate scenario.providers",
        "update scenario.securities set is_in_basket = false", "delete from marts.outflows",
        "alter table scenario.providers add column x int", "import database '{here}'",
        "comment on schema marts is 'x'", "from checkpoint()", "from truncate_duckdb_logs()",
        "create sequence s", "create type mood as enum ('a')",
        "merge into scenario.providers using (select 1) on false when matched then delete",
    ],
    "extensions": [
        "install httpfs", "load httpfs", "load '{here}/foreign.csv'",
        "install spatial from community",
        "install x from 'http://127.0.0.1:{port}'", "force install json", "update extensions",
        "from read_xlsx('{here}/foreign.csv')", "from sqlite_scan('{here}/foreign.csv', 't')",
        "from st_read('{here}/foreign.csv')",
    ],
    "settings": [
        "set enable_external_access = true", "reset enable_external_access",
        "set lock_configuration = false", "set allowed_paths = ['/etc/passwd']",
        "set allowed_directories = ['/']", "set memory_limit = '1TB'", "set threads = 64",
        "set temp_directory = '{here}/out'", "set global python_enable_replacements = true",
        "set custom_extension_repository = 'http://127.0.0.1:{port}'", "set search_path = 'raw'",
        "pragma enable_profiling = 'json'", "pragma profiling_output = '{here}/out'",
        "from enable_logging(storage = 'file', storage_path = '{here}/out')",
        "from enable_profiling(save_location = '{here}/out')", "set variable t = 1",
        "set log_query_path = '{here}/out'", "set secret_directory = '{here}/out'",
    ],
    "network": [
        "from read_csv('http://127.0.0.1:{port}/x.csv')", "from 'https://127.0.0.1:{port}/x.parquet'",
        "from read_parquet('s3://bucket/x.parquet')", "from read_text('hf://datasets/a/b/c.csv')",
        "attach 'http://127.0.0.1:{port}/x.duckdb'", "attach 'postgres:host=127.0.0.1 port={port}'",
        "attach 'ducklake:http://127.0.0.1:{port}'", "from iceberg_scan('s3://bucket/x')",
        "from read_json('gcs://bucket/x.json')",
    ],
    "writes in a CTE": [
        "with x as (copy (select 1) to '{here}/out.csv') select 1",
        "with x as (copy (select 1) to '{part}') from x",
        "with x as (insert into scenario.providers values ('a', 1, 'b') returning *) from x",
        "with x as (delete from scenario.providers returning *) from x",
        "with x as (update scenario.providers set provider_id = 'x' returning *) from x",
        "with x as materialized (copy (select 1) to '{here}/out.csv') select count(*) from x",
        "select (with x as (copy (select 1) to '{here}/out.csv') select 1)",
        "from (with x as (copy (select 1) to '{here}/out.csv') from x)",
    ],
    "serialized SQL": [
        "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
        "from json_execute_serialized_sql('{{}}')",
        "pragma json_execute_serialized_sql('{{}}')",
        "from query('copy (select 1) to ''{here}/out.csv''')",
        "from query('with x as (copy (select 1) to ''{here}/out.csv'') select 1')",
        "from query('from read_text(''{here}/foreign.csv'')')",
        "from query(concat('from ', 'read_text(''{here}/foreign.csv'')'))",
    ],
    "break-outs": [
        "select 1; select 2", "select 1; copy (select 1) to '{here}/out.csv'",
        "select 1) limit 1; --",
        "select 1 /* ", "') ; copy (select 1) to '{here}/out.csv'; --", "prepare p as select 1",
        "execute p", "begin", "commit", "rollback", "use memory", "detach memory", "vacuum",
        "analyze",
        "explain analyze select 1", "call enable_logging()", "describe copy", "select $x",
        "select ?",
        "select getvariable('nothing')", "", ";", "--", "\x00", "select 1 \x00; drop view x",
        "from create_external_resource('a')",
        "from destroy_external_resource('read_text', '{here}')",
        "from seq_scan()", "from arrow_scan(null, null, null)", "from pandas_scan(null)",
        "from python_map_function((select 1))",
    ],
    "Python variables": [
        "from secret_frame", "from CANARY", "select * from main.secret_frame", "from FAMILIES",
        "from query_table('secret_frame')", "from query('from secret_frame')",
    ],
    "secrets": [
        "create secret s (type s3, key_id 'x')", "create persistent secret s (type s3)",
        "from duckdb_secrets(redact = false)", "drop secret s", "select getenv('FLOWRISK_CANARY')",
        "from which_secret('s3://bucket', 's3')", "select current_setting('s3_secret_access_key')",
    ],
}  # fmt: skip
ATTACKS = [attack for family in FAMILIES.values() for attack in family]
# ends no earlier than it is ended: interruptible, so owner mode promises it too
ENDLESS = [
    "with recursive t as (select 1 as a union all select a + 1 from t) select count(*) from t",
    "select count(*) from range(10000000) a, range(10000000) b",
    "select sum(sin(a.range)) from range(100000000000) a",
    "select sleep_ms(600000)",
]
NESTED = (
    "select list_sum(list_transform(range(3000000), lambda x: "
    "list_sum(list_transform(range(3000), lambda y: sin(y * x)))))"
)
# never looks up from its work, or takes all the memory there is: isolated mode only
BOMBS = [
    NESTED,
    "select levenshtein(repeat('a', 300000), repeat('b', 300000))",
    "select repeat(repeat('x', 1000000), 1000000)", "select length(repeat('x', 8000000000))",
    "select list(a.range) from range(10000000000) a", "select range(5000000000)",
    "select string_agg(repeat('x', 1000000), '') from range(1000000)",
    "select a.range, row_number() over (order by hash(a.range)) from range(4000000000) a",
    "with " + ", ".join(f"t{i} as (select * from t{i - 1} a, t{i - 1} b)" if i
                        else "t0 as (select 1 as x)" for i in range(30)) + " from t29",
    "select " + "(" * 20_000 + "1" + ")" * 20_000, "select " + "not " * 50_000 + "true",
    "select " + "+".join(["1"] * 100_000), "select " + "[" * 5_000 + "]" * 5_000,
    "select '" + "[" * 1_000_000 + "'::json", "pivot range(10000000) on range using count(*)",
]  # fmt: skip
CHILD = """
import json, sys
from pathlib import Path
from flowrisk import api, errors
from flowrisk.query import isolation, process_limits, sandbox

folder = api.open_dataset(sys.argv[1]).folder
chosen = api.Dataset(folder).settings({})
attacks = json.loads(sys.stdin.read())
notes = process_limits.confine(isolation.readable(folder), memory_bytes=isolation.MEMORY_BYTES)
session = sandbox.Session(folder, chosen)

def told(attack):
    try:
        return str(session.query(attack, timeout_s=10)[0].rows())
    except errors.FlowriskError as error:
        return f"refused: {error}"

print(json.dumps({"notes": notes, "told": [told(attack) for attack in attacks]}))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A copy of the sample, foreign files beside it, and a port that listens."""
    import shutil

    here = tmp_path_factory.mktemp("attacked")
    data = here / "data"
    shutil.copytree(api.open_dataset().path, data, ignore=shutil.ignore_patterns("sources"))
    pl.DataFrame({"a": [CANARY]}).write_parquet(here / "foreign.parquet")
    (here / "foreign.csv").write_text(f"a\n{CANARY}\n")
    (here / "foreign.json").write_text(json.dumps({"a": CANARY}))
    (here / "link.csv").symlink_to(here / "foreign.csv")
    part = next(iter(api.open_dataset(data).folder.files["holdings"]))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield {"here": here, "data": data, "part": part, "link": here / "link.csv",
               "port": server.getsockname()[1], "server": server}  # fmt: skip


@pytest.fixture(scope="module")
def texts(place: dict[str, Any]) -> list[str]:
    """The attacks with the paths of this run."""
    return [attack.format(**place) for attack in ATTACKS]


@pytest.fixture
def untouched(place: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hold the test to this: no file made or changed, no digest moved, nobody called."""
    monkeypatch.chdir(place["here"])
    monkeypatch.setenv("FLOWRISK_CANARY", CANARY)
    before, digest = listing(place["here"]), api.open_dataset(place["data"]).digest
    yield
    assert listing(place["here"]) == before
    assert api.open_dataset(place["data"]).digest == digest
    with pytest.raises(BlockingIOError):
        place["server"].accept()


def listing(folder: Path) -> list[tuple[str, int, int]]:
    return sorted(
        (str(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in folder.rglob("*")
    )


def test_there_are_attacks_enough_in_every_family() -> None:
    assert len(ATTACKS) + len(ENDLESS) + len(BOMBS) >= 100
    assert len(set(ATTACKS)) == len(ATTACKS)
    assert set(FAMILIES) == {
        "files", "writes", "extensions", "settings", "network", "writes in a CTE",
        "serialized SQL", "break-outs", "Python variables", "secrets",
    }  # fmt: skip


@pytest.mark.usefixtures("untouched")
def test_owner_mode_reads_and_writes_nothing_foreign(
    place: dict[str, Any], texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # where DuckDB would look for Python's variables: the module that calls it
    monkeypatch.setattr(sandbox, "secret_frame", pl.DataFrame({"a": [CANARY]}), raising=False)
    dataset = api.open_dataset(place["data"])
    session = dataset.shell()
    for attack in texts:
        try:
            told = str(session.query(attack, timeout_s=10)[0].rows())
        except QuestionError as error:
            told = f"refused: {error}"
        assert_harmless(attack, told)
    assert session.query("select count(*) from scenario.providers")[0].item() == 6
    session.close()


@pytest.mark.usefixtures("untouched")
def test_isolated_mode_reads_and_writes_nothing_foreign(
    place: dict[str, Any], texts: list[str]
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", CHILD, str(place["data"])],
        input=json.dumps(texts), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    for attack, told in zip(texts, said["told"], strict=True):
        assert_harmless(attack, told)


def assert_harmless(attack: str, told: str) -> None:
    answer = told.replace(attack, "")
    assert told.startswith("refused: ") or attack.startswith(HARMLESS), (attack, told)
    for text in FOREIGN:
        assert text not in answer or text in attack, (attack, told)


# answered, with nothing in the answer that is not the asker's own
HARMLESS = (
    "from which_secret", "from json_execute_serialized_sql", "from duckdb_secrets", "select 1 /*",
)  # fmt: skip


@pytest.mark.parametrize("attack", ENDLESS)
def test_owner_mode_ends_what_can_be_interrupted(attack: str, sample: api.Dataset) -> None:
    started = time.monotonic()
    with pytest.raises(errors.TimeoutError):
        sample.query(attack, timeout=0.5)
    assert time.monotonic() - started < 0.5 + 3


@pytest.fixture(scope="module")
def endings() -> dict[str, tuple[FlowriskError | None, float]]:
    """What each hang and bomb came to in a child of its own, and after how many seconds beyond
    the start of such a child."""
    dataset = api.open_dataset()

    def end(attack: str) -> tuple[FlowriskError | None, float]:
        started = time.monotonic()
        try:
            dataset.query(attack, timeout=0.5, isolated=True, limit=10)
        except FlowriskError as error:
            return error, time.monotonic() - started
        return None, time.monotonic() - started

    with ThreadPoolExecutor(2) as pool:
        start_s = max(seconds for _, seconds in pool.map(end, ["select 1"] * 4))
        ends = list(pool.map(end, ENDLESS + BOMBS))
    return {
        attack: (error, seconds - start_s)
        for attack, (error, seconds) in zip(ENDLESS + BOMBS, ends, strict=True)
    }


@pytest.mark.parametrize("attack", ENDLESS + BOMBS, ids=lambda attack: str(attack[:40]))
def test_isolated_mode_ends_every_hang_and_bomb(
    attack: str, endings: dict[str, tuple[FlowriskError | None, float]]
) -> None:
    error, seconds = endings[attack]
    assert error is None or isinstance(error, QuestionError | errors.TimeoutError)
    assert seconds < 0.5 + 3


def test_a_command_in_owner_mode_ends_even_inside_one_scalar_call() -> None:
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-m", "flowrisk", "query", NESTED, "--timeout", "0.5"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 4
    assert run.stdout == ""
    assert "did not finish within 0.5 s" in run.stderr
    assert time.monotonic() - started < 0.5 + 3 + 2  # and the start of the interpreter
