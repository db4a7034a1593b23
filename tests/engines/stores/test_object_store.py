"""A dataset at an address: read by DuckDB's own extension where it is installed; where nothing can,
refused in words, without a byte on the network."""

from __future__ import annotations

import functools
import http.server
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import duckdb
import pytest
from conftest import missing
from polars.testing import assert_frame_equal
from rows import AS_OF

from flowrisk import api
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.engines import address
from flowrisk.engines.stores import object_store
from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    from flowrisk.engines.address import Address

Make = Callable[..., api.Dataset]
QUESTION = {"as_of": AS_OF, "providers": "all"}


@pytest.fixture
def without_extensions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home where nobody has installed an extension, nor the libraries that stand in for it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(object_store, "_LIBRARIES", ("no_such_library",))
    object_store._is_installed.cache_clear()  # noqa: SLF001 - another home, another answer


def test_an_address_answers_as_the_folder_does(make_dataset: Make, tmp_path: Path) -> None:
    made = make_dataset()
    (made.path / "flowrisk.toml").write_text('list = "default"\n')
    here, there = api.open_dataset(made.path), api.open_dataset(f"file://{made.path}")
    assert str(there.path) == f"file://{made.path}"
    assert there.folder.settings == {"list": "default"}
    assert {n: len(p) for n, p in there.folder.files.items()} == {
        n: len(p) for n, p in here.folder.files.items()
    }
    assert_frame_equal(there.scenario(**QUESTION).outflows, here.scenario(**QUESTION).outflows)
    sql = "select count(*), sum(shares) from raw.holdings"
    assert there.query(sql, as_of=AS_OF).rows() == here.query(sql, as_of=AS_OF).rows()
    assert (
        "indices.parquet"
        in there.explain(
            here.scenario(**QUESTION).outflows["ticker"][0], provider="msci", as_of=AS_OF
        )
        .files["file"]
        .to_list()
    )
    exported = there.export_duckdb(tmp_path / "x.duckdb", as_of=AS_OF)
    with duckdb.connect(exported, read_only=True) as other:
        assert other.execute(sql).fetchall() == here.query(sql, as_of=AS_OF).rows()


def test_the_digest_of_an_address_follows_its_files(make_dataset: Make) -> None:
    made = make_dataset()
    there = api.open_dataset(f"file://{made.path}")
    before = there.digest, there.folder.signature()
    assert (there.digest, there.folder.signature()) == before
    os.utime(made.path / "prices.parquet", (1e9, 1e9))
    assert there.digest != before[0]
    assert there.folder.signature() != before[1]


def test_an_address_where_nothing_lies_is_a_data_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no dataset folder"):
        api.open_dataset(f"file://{tmp_path}/nowhere")


@pytest.mark.usefixtures("without_extensions")
@pytest.mark.parametrize(
    ("address", "extension"),
    [("s3://b/d", "httpfs"), (Path("s3://b/d"), "httpfs"), ("gs://b/d", "httpfs"),
     ("https://h.example/d", "httpfs"), ("az://c/d", "azure")],
)  # fmt: skip
def test_a_missing_extension_is_named(address: str | Path, extension: str) -> None:
    with pytest.raises(QuestionError, match=f"DuckDB's extension '{extension}'") as error:
        api.open_dataset(address)
    assert f"install {extension}" in error.value.remedy
    assert "[stores]" in error.value.remedy
    assert diagnostics.EXIT_CODES[type(error.value)] == 2


@pytest.mark.usefixtures("without_extensions")
def test_nothing_is_sent_where_the_extension_is_missing(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(0.2)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/data"
        words = ["scenario", "--data", address, "-o", str(tmp_path / "x.json")]
        started = time.monotonic()
        assert diagnostics.exit_code_of(lambda: app(words, standalone_mode=False)) == 2
        assert time.monotonic() - started < 5
        with pytest.raises(TimeoutError):
            listener.accept()
    out, err = capfd.readouterr()
    assert out == ""
    assert "To read http:// flowrisk needs the extra 'stores' or DuckDB's extension 'httpfs'" in err
    assert len(err.splitlines()) < 6
    assert not (tmp_path / "x.json").exists()
    assert not (tmp_path / ".duckdb" / "extensions").exists()


def test_no_connection_installs_or_loads_an_extension_by_itself() -> None:
    with closing(address.connected(is_address=True)) as connection:
        for name in ("autoinstall_known_extensions", "autoload_known_extensions",
                     "allow_community_extensions"):  # fmt: skip
            found = connection.execute("select current_setting(?)", [name]).fetchone()
            assert found == (False,), name


@pytest.mark.parametrize("address", ["hdfs://n/d", "ftp://h/d", Path("dbfs:/d")])
def test_an_address_of_another_kind_is_refused(address: str | Path) -> None:
    with pytest.raises(QuestionError, match="address of this kind") as refused:
        api.open_dataset(address)
    assert "--engine-data" in refused.value.remedy


def test_what_needs_a_folder_is_refused(make_dataset: Make) -> None:
    there = api.open_dataset(f"file://{make_dataset().path}")
    with pytest.raises(QuestionError, match="cannot be asked in isolated mode"):
        there.query("select 1", isolated=True)
    with pytest.raises(QuestionError, match="cannot be written to"):
        there.ingest("x.csv", format="prices")
    words = ["ingest", "prices", "x.csv", "--data", str(there.path)]
    assert diagnostics.exit_code_of(lambda: app(words, standalone_mode=False)) == 2


def test_a_web_server_is_asked_for_the_files_it_names(
    make_dataset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    months = [path.relative_to(made.path) for path in made.folder.files["holdings"]]
    # as find and ls write them
    names = [f"./{Path(*month.parts[1:])}" for month in months]
    listing = "\r\n".join([*names, "README.md", ".hidden.parquet", ""])
    (made.path / "holdings/files.txt").write_text(listing)

    def served(sql: str, address: Address) -> list[tuple[Any, ...]]:
        place = Path(str(address).replace("https://h.example/data", str(made.path)))
        if not place.is_file():
            raise DataError("The address cannot be read.", facts={"reason": "HTTP 404"})
        return duckdb.sql(sql, params=[str(place)]).fetchall()

    monkeypatch.setattr(object_store, "_rows", served)
    monkeypatch.setattr(object_store, "_is_by_extension", lambda _: True)
    there = api.open_dataset("https://h.example/data")
    assert [str(path) for path in there.folder.files["holdings"]] == [
        f"https://h.example/data/{month}" for month in months
    ]
    absent = {name for name, paths in there.folder.files.items() if not paths}
    assert absent == {name for name, paths in made.folder.files.items() if not paths}
    (made.path / "indices.parquet").unlink()
    with pytest.raises(DataError, match="lacks required tables"):
        api.open_dataset("https://h.example/data")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/x.parquet", "../x.parquet", "as_of_month=2025-10/../../x.parquet", "..",
        "https://other.example/x.parquet", "file:/x.parquet", "a\\..\\x.parquet",
        "x.parquet?y", "x.parquet#y",
    ],
)  # fmt: skip
def test_a_list_of_files_that_leads_out_of_its_folder_is_refused(
    name: str, make_dataset: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_dataset()
    (made.path / "holdings/files.txt").write_text(f"as_of_month=2025-10/holdings.parquet\n{name}\n")
    asked = []

    def served(sql: str, address: Address) -> list[tuple[Any, ...]]:
        asked.append(str(address))
        place = Path(str(address).replace("https://h.example/data", str(made.path)))
        if not place.is_file():
            raise DataError("The address cannot be read.", facts={"reason": "HTTP 404"})
        return duckdb.sql(sql, params=[str(place)]).fetchall()

    monkeypatch.setattr(object_store, "_rows", served)
    monkeypatch.setattr(object_store, "_is_by_extension", lambda _: True)
    with pytest.raises(DataError, match="outside of its folder"):
        api.open_dataset("https://h.example/data")
    assert all(address.startswith("https://h.example/data") for address in asked)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def web(make_dataset: Make) -> Iterator[tuple[api.Dataset, str]]:
    """A dataset and the loopback address that serves it."""
    if duckdb.sql("select installed from duckdb_extensions() where extension_name = 'httpfs'"
                  ).fetchall() != [(True,)]:  # fmt: skip
        missing("httpfs", "DuckDB's extension httpfs is not installed")
    made = make_dataset()
    files = (path.relative_to(made.path / "holdings") for path in made.folder.files["holdings"])
    (made.path / "holdings/files.txt").write_text("\n".join(map(str, files)))
    handler = functools.partial(Quiet, directory=str(made.path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield made, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_web_server_answers_as_the_folder_does(web: tuple[api.Dataset, str]) -> None:
    made, address = web
    there = api.open_dataset(address)
    assert_frame_equal(there.scenario(**QUESTION).outflows, made.scenario(**QUESTION).outflows)
    sql = "select count(*) from raw.holdings"
    assert there.query(sql, as_of=AS_OF).rows() == made.query(sql, as_of=AS_OF).rows()


def test_what_an_extension_quotes_of_a_signature_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = (
        "HTTP GET error reading 'https://h.example/ds/x?X-Amz-Credential=AKIA&X-Amz-Signature=5e7'"
        " (HTTP 403) <AWSAccessKeyId>AKIA</AWSAccessKeyId> <StringToSign>AWS4\n5e7</StringToSign>"
    )

    class Denied:
        def cursor(self) -> NoReturn:
            raise duckdb.Error(said)

    monkeypatch.setattr(object_store, "_reader", lambda _: Denied())
    monkeypatch.setattr(object_store, "_is_by_extension", lambda _: True)
    with pytest.raises(DataError, match="cannot be read") as refused:
        api.open_dataset("s3://bucket/ds")
    assert "HTTP 403" in str(refused.value)
    assert not any(secret in str(refused.value) for secret in ("AKIA", "5e7"))


def test_a_connection_made_ahead_is_taken_once_and_never_for_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[duckdb.DuckDBPyConnection] = []
    monkeypatch.setattr(address, "_AHEAD", made)
    address.connect_ahead()
    address.connect_ahead()
    (ahead,) = made
    with closing(address.connected(is_address=True)) as of_a_store:
        assert of_a_store is not ahead
    with closing(address.connected()) as first, closing(address.connected()) as second:
        assert first is ahead
        assert second is not ahead
        settings = "select value from duckdb_settings() where name = 'allow_persistent_secrets'"
        assert first.execute(settings).fetchone() == ("false",)
