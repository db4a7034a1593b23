"""Every way a store can fail is told on one screen, without anyone's credentials, and nothing is
written."""

from __future__ import annotations

import itertools
import json
import re
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import stores
from polars.testing import assert_frame_equal
from rows import AS_OF
from stores import KEY, SECRET, TOKEN

from flowrisk import api, errors
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.dataset import contents
from flowrisk.engines.address import Address
from flowrisk.engines.stores import obstore
from flowrisk.engines.stores.range_file_system import RangeFileSystem
from flowrisk.engines.stores.store_errors import refusing
from flowrisk.errors import DataError

Make = Callable[..., api.Dataset]
QUESTION = {"as_of": AS_OF, "providers": "all"}


def code_of(*words: str) -> int:
    return diagnostics.exit_code_of(lambda: app(list(words), standalone_mode=False))


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


@pytest.mark.parametrize(
    "asked",
    ["PUT http://169.254.169.254/latest/api/token", "GET http://169.254.170.2/v2/credentials",
     "GET http://metadata.google.internal/computeMetadata/v1/instance"],
)  # fmt: skip
def test_no_credentials_at_all_are_told_as_such(asked: str) -> None:
    said = f"Generic error: Error performing {asked} in 5s - HTTP error: error sending request"
    with pytest.raises(DataError, match="does not let us read") as refused, refusing("s3://b/ds"):
        raise OSError(said)
    assert "no credentials in the environment" in str(refused.value)


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
