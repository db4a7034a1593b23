"""A dataset on an object store without an extension of DuckDB: the same answers, few requests,
and every way a store can fail, told on one screen without anyone's credentials."""

from __future__ import annotations

import functools
import http.server
import json
import random
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from findings import comparable
from paths import ROOT
from polars.testing import assert_frame_equal
from rows import AS_OF

from flowrisk import api
from flowrisk.__main__ import app
from flowrisk.dataset.folder import SETTINGS_FILE
from flowrisk.engines.address import Address
from flowrisk.engines.duckdb import DuckDB
from flowrisk.engines.stores import object_store, obstore
from flowrisk.engines.stores.range_file_system import RangeFileSystem
from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    import stores

Make = Callable[..., api.Dataset]
QUESTION = {"as_of": AS_OF, "providers": "all"}
# in what others sign, moto would look for the name of a service
SIGNED = "AWS4-HMAC-SHA256 Credential=K/1/us-east-1/s3/aws4_request, Signature=x"


def objects_of(dataset: api.Dataset) -> list[Path]:
    """What a dataset is made of: its tables' files and its settings."""
    tables = [Path(path) for paths in dataset.folder.files.values() for path in paths]
    return [*tables, *Path(dataset.path).glob(SETTINGS_FILE)]


def test_a_store_answers_as_the_folder_does(
    sample: api.Dataset, store: stores.Store, bucket: str
) -> None:
    address = store.put(sample.path, bucket)
    objects_count = len(objects_of(sample))
    store.forget()
    there = api.open_dataset(address)
    assert str(there.path) == address
    answer, here = there.scenario().answer, sample.scenario().answer
    for name, frame in here.marts.items():
        assert_frame_equal(frame, answer.marts[name])
    assert comparable(answer.findings) == comparable(here.findings)
    # each object once, and a listing to open and after
    assert len(store.asked) <= objects_count + 2
    assert {method for method, _ in store.asked} == {"GET"}
    store.forget()
    there.scenario()
    assert len(store.asked) == 1


def test_the_terminal_is_answered_with_few_requests(
    sample: api.Dataset, store: stores.Store, bucket: str, tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    address = store.put(sample.path, bucket)

    def requests_count(*words: str) -> int:
        store.forget()
        app(["scenario", "--providers", "msci,all", *words], standalone_mode=False)
        return len(store.asked)

    for words in ((), ("--securities", "MSTR,CLSK")):
        assert requests_count(*words) == 0
        here = capfd.readouterr().out.splitlines()
        assert requests_count(*words, "--data", address) <= 45
        assert capfd.readouterr().out.splitlines()[1:] == here[1:]
    # a report tells rows and dates of every table
    report = str(tmp_path / "report.html")
    assert requests_count("--data", address, "-o", report) <= len(objects_of(sample)) + 2


def test_what_was_unknown_before_the_files_changed_is_asked_again(
    make_dataset: Make, store: stores.Store, bucket: str
) -> None:
    made = make_dataset()
    there = api.open_dataset(store.put(made.path, bucket))
    asked = {**QUESTION, "securities": ["LATER"]}
    with pytest.raises(QuestionError, match="LATER"):
        there.scenario(**asked)
    securities = pl.read_parquet(made.path / "securities.parquet")
    later = securities.head(1).with_columns(security_id=pl.lit("later"), ticker=pl.lit("LATER"))
    securities.vstack(later).write_parquet(made.path / "securities.parquet")
    body = (made.path / "securities.parquet").read_bytes()
    store.client.put_object(Bucket=bucket, Key="ds/securities.parquet", Body=body)
    assert [each.ticker for each in there.scenario(**asked).answer.securities] == ["LATER"]


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
    assert len(store.asked) <= 85
    assert store.sent_bytes <= 0.03 * lake_bytes


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
        return normal({**environ, "HTTP_AUTHORIZATION": SIGNED}, start)

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
        environ = {**environ, "HTTP_AUTHORIZATION": SIGNED}
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
