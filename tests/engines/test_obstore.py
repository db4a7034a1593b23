"""A dataset on an object store without an extension of DuckDB: the same answers, few requests,
and every way a store can fail, told on one screen without anyone's credentials."""

from __future__ import annotations

import functools
import http.server
import itertools
import json
import random
import re
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import stores
from findings import comparable
from paths import ROOT
from polars.testing import assert_frame_equal
from rows import AS_OF

from flowrisk import api, errors
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.dataset import contents
from flowrisk.engines import object_store, obstore
from flowrisk.engines.address import Address
from flowrisk.engines.duckdb import DuckDB
from flowrisk.engines.range_file_system import RangeFileSystem
from flowrisk.errors import DataError, QuestionError

Make = Callable[..., api.Dataset]
QUESTION = {"as_of": AS_OF, "providers": "all"}
KEY, SECRET, TOKEN = "AKIAOURKEY0123456789", "our/secret+key", "our-session-token"


@pytest.fixture(scope="module")
def running() -> Iterator[stores.Store]:
    """One store for the tests of this file."""
    with stores.running() as store:
        yield store


@pytest.fixture
def store(
    running: stores.Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[stores.Store]:
    """The store with the environment of someone who may read it and has no extension."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN,
        "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": running.url, "HOME": str(tmp_path),
        "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(object_store, "_is_installed", lambda _: False)
    obstore.files_of.cache_clear()
    normal = running.app
    running.forget()
    yield running
    running.app = normal
    obstore.files_of.cache_clear()


@pytest.fixture
def bucket(request: pytest.FixtureRequest) -> str:
    """Return a bucket of this test's own."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[-55:].strip("-") + "-b"


def code_of(*words: str) -> int:
    return diagnostics.exit_code_of(lambda: app(list(words), standalone_mode=False))


def test_a_store_answers_as_the_folder_does(
    sample: api.Dataset, store: stores.Store, bucket: str
) -> None:
    address = store.put(sample.path, bucket)
    objects_count = len(store.asked) - 1
    store.forget()
    there = api.open_dataset(address)
    assert str(there.path) == address
    answer, here = there.scenario().answer, sample.scenario().answer
    for name, frame in here.marts.items():
        assert_frame_equal(frame, answer.marts[name])
    assert comparable(answer.findings) == comparable(here.findings)
    # each object once, and a listing to open, before and after
    assert len(store.asked) <= objects_count + 3
    assert {method for method, _ in store.asked} == {"GET"}
    store.forget()
    there.scenario()
    assert len(store.asked) == 2


def test_every_question_can_be_asked_of_a_store(
    make_dataset: Make, store: stores.Store, bucket: str, tmp_path: Path
) -> None:
    made = make_dataset()
    there = api.open_dataset(store.put(made.path, bucket))
    sql = "select count(*), sum(shares) from raw.holdings"
    assert there.query(sql, as_of=AS_OF).rows() == made.query(sql, as_of=AS_OF).rows()
    assert_frame_equal(there.check(), made.check())
    assert there.export_duckdb(tmp_path / "x.duckdb", as_of=AS_OF).is_file()
    with pytest.raises(QuestionError, match="cannot be written to"):
        there.ingest("x.csv", format="prices")


def test_a_dataset_may_be_a_whole_bucket(
    make_dataset: Make, store: stores.Store, bucket: str
) -> None:
    made = make_dataset()
    store.client.create_bucket(Bucket=bucket)
    for path in made.path.rglob("*.parquet"):
        key = path.relative_to(made.path).as_posix()
        store.client.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    there = api.open_dataset(f"s3://{bucket}")
    assert_frame_equal(there.scenario(**QUESTION).outflows, made.scenario(**QUESTION).outflows)


def test_what_lies_beside_a_dataset_is_not_listed_page_by_page(
    make_dataset: Make, store: stores.Store, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    address = store.put(made.path, bucket)
    for number in range(40):
        store.client.put_object(Bucket=bucket, Key=f"ds/another/{number}.log", Body=b"x")
    monkeypatch.setattr(obstore, "_ANSWER_COUNT", 10)
    store.forget()
    there = api.open_dataset(address)
    assert {n: len(p) for n, p in there.folder.files.items()} == {
        n: len(p) for n, p in made.folder.files.items()
    }
    assert len(store.asked) <= 4
    assert_frame_equal(there.scenario(**QUESTION).outflows, made.scenario(**QUESTION).outflows)


def large_file(folder: Path, rows_count: int) -> Path:
    dice = random.Random(1)  # noqa: S311
    path = folder / "large.parquet"
    pl.DataFrame({
        "number": range(rows_count), "drawn": [dice.random() for _ in range(rows_count)],
    }).write_parquet(path, row_group_size=5_000, compression="zstd")  # fmt: skip
    return path


def test_four_threads_read_one_file_without_mixing_its_bytes(
    store: stores.Store, bucket: str, tmp_path: Path
) -> None:
    path = large_file(tmp_path, 200_000)
    address = store.put(tmp_path, bucket)
    there = Address(f"{address}/{path.name}")
    sql = "select count(*), sum(hash(number, drawn) % 1000003) from read_parquet('{}')"
    expected = duckdb.sql(sql.format(path)).fetchall()
    for threads_count in (1, 4, 4, 4):
        with closing(DuckDB(Address(address))) as engine:
            engine.connection.execute(f"set threads = {threads_count}")
            engine.connection.execute("set enable_external_file_cache = false")
            assert engine.rows(sql.format(there)) == expected
    assert len(store.asked) > 40


def test_each_thread_has_its_own_place_in_a_file(
    store: stores.Store, bucket: str, tmp_path: Path
) -> None:
    content = random.Random(2).randbytes(400_000)  # noqa: S311
    (tmp_path / "x.bin").write_bytes(content)
    address = store.put(tmp_path, bucket)
    opened = RangeFileSystem(obstore.files_of(Address(address))).open(f"{address}/x.bin")
    met = threading.Barrier(4)

    def read(start: int) -> bool:
        for turn in range(5):
            place = start + 1_000 * turn
            opened.seek(place)
            met.wait(timeout=30)
            if opened.read(500) != content[place : place + 500] or opened.tell() != place + 500:
                return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(read, (0, 100_000, 200_000, 300_000)))


@pytest.mark.slow
def test_twenty_million_rows_take_few_requests_and_few_bytes(
    store: stores.Store, bucket: str, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    command = [str(ROOT / "benchmarks/generate_lake.py"), str(lake), "--months", "5"]
    subprocess.run([sys.executable, *command, "--holdings", "4000000"], check=True, timeout=600)
    address = store.put(lake, bucket)
    lake_bytes = sum(path.stat().st_size for path in lake.rglob("*.parquet"))
    # DuckDB keeps nothing of files that are younger than ten seconds
    time.sleep(11)
    store.forget()
    sql = "select * from marts.outflows order by all"
    there, here = api.open_dataset(address).query(sql), api.open_dataset(lake).query(sql)
    assert_frame_equal(there, here)
    assert here.height > 0
    assert len(store.asked) <= 90
    assert store.sent_bytes <= 0.03 * lake_bytes


Answering = Callable[[stores.Answer], stores.Answer]


def denied(code: str, status: str = "403 Forbidden") -> Answering:
    """Answer as a store does that tells how it computed the signature."""
    body = (
        f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no, {SECRET}</Message>"
        f"<AWSAccessKeyId>{KEY}</AWSAccessKeyId><StringToSign>AWS4 {TOKEN}</StringToSign></Error>"
    ).encode()

    def answering(_: stores.Answer) -> stores.Answer:
        def answer(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            start(status, [("Content-Length", str(len(body)))])
            return [body]

        return answer

    return answering


def stalled(*, is_headed: bool) -> Answering:
    def answering(_: stores.Answer) -> stores.Answer:
        def answer(_: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            if is_headed:
                start("200 OK", [("Content-Length", "1000")])
                yield b"<ListBucketResult>"
            time.sleep(2)
            start("200 OK", [("Content-Length", "0")]) if not is_headed else None
            yield b""

        return answer

    return answering


def listing(change: Callable[[bytes], bytes]) -> Answering:
    def answering(normal: stores.Answer) -> stores.Answer:
        def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            if "list-type" not in environ["QUERY_STRING"]:
                return normal(environ, start)
            told: list[Any] = []
            body = change(b"".join(normal(environ, lambda *given: told.append(given))))
            start(told[0][0], [("Content-Length", str(len(body)))])
            return [body]

        return answer

    return answering


FAILURES = {
    "wrong key": (denied("SignatureDoesNotMatch"), 3, "does not let us read"),
    "not allowed": (denied("AccessDenied"), 3, "does not let us read"),
    "expired": (denied("ExpiredToken", "400 Bad Request"), 3, "does not let us read"),
    "elsewhere": (denied("PermanentRedirect", "301 Moved"), 3, "another region"),
    "broken": (denied("InternalError", "500 Oops"), 4, "did not answer in time"),
    "busy": (denied("SlowDown", "503 Slow Down"), 4, "did not answer in time"),
    "silent": (stalled(is_headed=False), 4, "did not answer in time"),
    "half said": (stalled(is_headed=True), 4, "did not answer in time"),
    "half a listing": (listing(lambda body: body[: len(body) // 2]), 3, "cannot be read"),
    "no listing": (listing(lambda _: b"<html>Sign in, please</html>"), 3, "dataset"),
}  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
def test_a_store_that_fails_is_one_screen_and_nothing_is_written(
    failure: str,
    make_dataset: Make,
    store: stores.Store,
    bucket: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    answering, code, words = FAILURES[failure]
    address = store.put(make_dataset().path, bucket)
    monkeypatch.setattr(obstore, "REQUEST_S", 0.5)
    monkeypatch.setattr(obstore, "RETRIES_COUNT", 1)
    store.app = answering(store.app)
    written = tmp_path / "x.json"
    started = time.monotonic()
    assert code_of("scenario", "--data", address, "-o", str(written)) == code
    assert time.monotonic() - started < 20
    out, err = capfd.readouterr()
    assert out == ""
    assert words in err
    assert len(err.splitlines()) < 8
    assert "Traceback" not in err
    assert not written.exists()
    assert not any(secret in err for secret in (KEY, SECRET, TOKEN))


def test_a_bucket_or_folder_that_is_not_there_is_said(store: stores.Store, bucket: str) -> None:
    with pytest.raises(DataError, match="no such bucket"):
        api.open_dataset(f"s3://{bucket}-nowhere/ds")
    store.client.create_bucket(Bucket=bucket)
    with pytest.raises(DataError, match="no dataset folder"):
        api.open_dataset(f"s3://{bucket}/ds")


def test_nobody_at_the_endpoint_is_a_time_out(
    store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(obstore, "RETRIES_COUNT", 0)
    with pytest.raises(errors.TimeoutError, match="did not answer"):
        api.open_dataset("s3://any-bucket/ds")
    assert store.asked == []


def test_a_store_that_stops_in_the_middle_of_a_question_is_said(
    make_dataset: Make, store: stores.Store, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = api.open_dataset(store.put(make_dataset().path, bucket))
    monkeypatch.setattr(obstore, "RETRIES_COUNT", 0)
    obstore.files_of.cache_clear()
    there = api.open_dataset(there.path)
    normal = store.app

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        is_part = environ["PATH_INFO"].endswith("prices.parquet")
        return (denied("SlowDown", "503 Slow")(normal) if is_part else normal)(environ, start)

    store.app = answer
    with pytest.raises(errors.TimeoutError, match="did not answer") as refused:
        there.scenario(**QUESTION)
    assert "prices.parquet" in str(refused.value)
    with pytest.raises(errors.TimeoutError, match="did not answer"):
        there.query("select * from raw.prices", as_of=AS_OF)


@pytest.mark.parametrize("lasting", ["once", "always"])
def test_objects_that_change_while_they_are_read_are_never_mixed(
    lasting: str, make_dataset: Make, store: stores.Store, bucket: str
) -> None:
    made = make_dataset()
    there = api.open_dataset(store.put(made.path, bucket))
    normal, turns = store.app, itertools.count()
    content = (made.path / "prices.parquet").read_bytes()
    frame = pl.read_parquet(content)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        is_part = environ["PATH_INFO"].endswith("prices.parquet")
        if environ["REQUEST_METHOD"] == "GET" and is_part and ((turn := next(turns)) == 0
                                                              or lasting == "always"):  # fmt: skip
            changed = frame.with_columns(pl.col("close_usd") * (turn + 2))
            changed.write_parquet(made.path / "prices.parquet")
            body = (made.path / "prices.parquet").read_bytes()
            store.app = normal
            store.client.put_object(Bucket=bucket, Key="ds/prices.parquet", Body=body)
            store.app = answer
        return normal(environ, start)

    store.app = answer
    if lasting == "always":
        with pytest.raises(DataError, match="keeps changing"):
            there.scenario(**QUESTION)
    else:
        asked = there.scenario(**QUESTION).outflows
        assert_frame_equal(asked, api.open_dataset(made.path).scenario(**QUESTION).outflows)


def test_no_credential_is_in_a_repr_a_log_an_answer_or_a_traceback(
    make_dataset: Make,
    store: stores.Store,
    bucket: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    address = store.put(make_dataset().path, bucket)
    there = api.open_dataset(address)
    answer = there.scenario(**QUESTION)
    files = obstore.files_of(Address(address))
    said = [repr(there), repr(there.folder), repr(files), repr(vars(files)), repr(answer),
            repr(RangeFileSystem(files)), json.dumps(there.folder.settings)]  # fmt: skip
    words = ("scenario", "--data", address, "--as-of", str(AS_OF), "--providers", "all")
    assert code_of(*words, "--format", "json") == 0
    store.app = denied("SignatureDoesNotMatch")(store.app)
    with pytest.raises(DataError) as refused:
        api.open_dataset(address)
    said += ["".join(traceback.format_exception(refused.value)), *capfd.readouterr(), caplog.text]
    assert address in said[-3]
    assert not any(secret in text for secret in (KEY, SECRET, TOKEN) for text in said)


@pytest.mark.parametrize(
    "address",
    [
        f"s3://{KEY}:{SECRET}@bucket/ds", f"https://user:{TOKEN}@h.example/ds",
        f"https://{TOKEN}@h.example/ds", f"https://h.example/ds?sig={TOKEN}",
        f"s3://bucket/ds?s3_secret_access_key={SECRET}", f"az://c/ds?sv=1&sig={TOKEN}",
        f"https://h.example/ds#{TOKEN}", f"abfss://c:{TOKEN}@account.example/ds",
        f"hdfs://user:{TOKEN}@n/ds",
    ],
)  # fmt: skip
def test_an_address_with_credentials_is_refused_without_showing_them(
    address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert code_of("scenario", "--data", address) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "address" in err
    assert not any(secret in err for secret in (KEY, SECRET, TOKEN))


def test_the_container_of_an_account_is_no_credential() -> None:
    from flowrisk.engines.address import addressed

    whole = "abfss://container@account.dfs.core.windows.net/ds"
    assert str(addressed(whole)) == whole


def test_an_installed_extension_is_preferred(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(object_store, "_is_installed", lambda name: name == "httpfs")
    assert isinstance(object_store.files_at(Address("s3://b/d")), object_store.StoreFiles)
    assert isinstance(object_store.files_at(Address("az://b/d")), obstore.ObjectFiles)


def test_google_storage_is_read_too(
    make_dataset: Make, store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    bucket = "googlestorage"  # its client writes a hyphen as %2D, which moto does not read
    store.put(made.path, bucket)
    normal = store.app

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        signed = "AWS4-HMAC-SHA256 Credential=K/1/us-east-1/s3/aws4_request, Signature=x"
        return normal({**environ, "HTTP_AUTHORIZATION": signed}, start)

    store.app = answer
    key = {"gcs_base_url": store.url, "disable_oauth": True, "client_email": "",
           "private_key": "", "private_key_id": ""}  # fmt: skip
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT_KEY", json.dumps(key))
    there = api.open_dataset(f"gs://{bucket}/ds")
    assert_frame_equal(there.scenario(**QUESTION).outflows, made.scenario(**QUESTION).outflows)


def azure(normal: stores.Answer) -> stores.Answer:
    """Answer as Azure does, from what the store has: another listing, the same objects."""
    entry = re.compile(rb"<Contents>.*?</Contents>", re.DOTALL)

    def field(part: bytes, name: str) -> str:
        return re.search(rf"<{name}>(.*?)</{name}>".encode(), part)[1].decode()  # type: ignore[index]

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if "comp=list" not in environ["QUERY_STRING"]:
            return normal(environ, start)
        asked = dict(part.split("=", 1) for part in environ["QUERY_STRING"].split("&"))
        inner = {**environ, "QUERY_STRING": f"list-type=2&prefix={asked['prefix']}"}
        whole = b"".join(normal(inner, lambda *_: None))
        blobs = "".join(
            f"<Blob><Name>{field(part, 'Key')}</Name><Properties>"
            "<Last-Modified>Fri, 27 Nov 2026 08:00:00 GMT</Last-Modified>"
            f"<Etag>{field(part, 'ETag').strip('&quot;')}</Etag>"
            f"<Content-Length>{field(part, 'Size')}</Content-Length>"
            "<Content-Type>x</Content-Type></Properties></Blob>"
            for part in entry.findall(whole)
        )
        body = f"<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker/></EnumerationResults>"
        start("200 OK", [("Content-Length", str(len(body.encode())))])
        return [body.encode()]

    return answer


def test_azure_is_read_too(
    make_dataset: Make, store: stores.Store, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    store.put(made.path, bucket)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "ours")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "b3Vycw==")
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", store.url)
    store.app = azure(store.app)
    there = api.open_dataset(f"az://{bucket}/ds")
    assert_frame_equal(there.scenario(**QUESTION).outflows, made.scenario(**QUESTION).outflows)


def test_half_a_listing_is_told_by_what_the_dataset_says_it_has(
    make_dataset: Make, store: stores.Store, bucket: str
) -> None:
    made = make_dataset(splits=[{"security_id": "zzz", "effective_on": AS_OF, "split_ratio": 2.0}])
    names = [path.relative_to(made.path).as_posix() for path in made.path.rglob("*.parquet")]
    (made.path / contents.FILE).write_text(contents.written(contents.measured(made.path, names)))
    address = store.put(made.path, bucket)
    asked = lambda: api.open_dataset(address).scenario(**QUESTION).answer  # noqa: E731
    codes = [finding.code for finding in asked().findings]
    assert "files_are_as_written" not in codes
    entry = re.compile(rb"<Contents><Key>ds/splits[^<]*</Key>.*?</Contents>", re.DOTALL)
    store.app = listing(lambda body: entry.sub(b"", body))(store.app)
    told = next(finding for finding in asked().findings if finding.code == "files_are_as_written")
    assert told.severity == "warn"
    assert "splits.parquet: is missing" in told.examples


class Web(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def web(make_dataset: Make) -> Iterator[tuple[api.Dataset, str]]:
    """A dataset and the loopback address that serves it, and gives whole files only."""
    made = make_dataset()
    files = (path.relative_to(made.path / "holdings") for path in made.folder.files["holdings"])
    (made.path / "holdings/files.txt").write_text("\n".join(map(str, files)))
    handler = functools.partial(Web, directory=str(made.path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.usefixtures("store")
def test_a_web_server_answers_as_the_folder_does(web: tuple[api.Dataset, str]) -> None:
    made, address = web
    there = api.open_dataset(address)
    assert_frame_equal(there.scenario(**QUESTION).outflows, made.scenario(**QUESTION).outflows)


@pytest.mark.usefixtures("store")
def test_a_web_server_that_gives_no_parts_of_large_files_is_said(
    web: tuple[api.Dataset, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(obstore, "_WHOLE_BYTES", 100)
    files = obstore.files_of(Address(web[1]))
    with pytest.raises(DataError, match="no parts of files"):
        files.part(files.known(Address(f"{web[1]}/prices.parquet")), 10, 20)
