"""Servers of the test run: Sail, a Spark Connect server that needs no Java, and an object store."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
import stores
from conftest import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_STARTS_WITHIN_S = 30
# the one question that every run asks a server; the others are slow
_ALWAYS = "test_the_sample_has_the_same_answers[default]"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a Spark server as slow."""
    for item in items:
        if "start_server" in getattr(item, "fixturenames", ()) and item.name != _ALWAYS:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def start_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], tuple[str, subprocess.Popen[bytes]]]]:
    """Return a function that starts a server of its own and gives its address and process."""
    for package in ("pysail", "pyspark"):
        try:
            __import__(package)
        except ImportError:
            missing("spark", f"{package} is not installed (index-flowrisk[spark], pysail)")
    running: list[subprocess.Popen[bytes]] = []

    def start() -> tuple[str, subprocess.Popen[bytes]]:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "pysail", "spark", "server", "--port", str(port)]
        server = subprocess.Popen(
            command,
            cwd=tmp_path_factory.mktemp("server"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        running.append(server)
        _wait_for(port)
        return f"sc://127.0.0.1:{port}", server

    yield start
    for server in running:
        server.kill()
        server.wait()


@pytest.fixture(scope="session")
def spark_url(start_server: Callable[[], tuple[str, subprocess.Popen[bytes]]]) -> str:
    """Return the address of the server that the tests share."""
    return start_server()[0]


def _wait_for(port: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail(f"the Spark Connect server did not start within {_STARTS_WITHIN_S} s")


@pytest.fixture(scope="session")
def running_store() -> Iterator[stores.Store]:
    """One object store for all tests."""
    with stores.running() as store:
        yield store


@pytest.fixture
def store(
    running_store: stores.Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[stores.Store]:
    """The store with the environment of someone who may read it and has no extension."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": stores.KEY, "AWS_SECRET_ACCESS_KEY": stores.SECRET,
        "AWS_SESSION_TOKEN": stores.TOKEN,
        "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": running_store.url, "HOME": str(tmp_path),
        "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    from flowrisk.engines.stores import object_store, obstore

    monkeypatch.setattr(object_store, "_is_installed", lambda _: False)
    obstore.files_of.cache_clear()
    normal = running_store.app
    running_store.forget()
    yield running_store
    running_store.app = normal
    obstore.files_of.cache_clear()


@pytest.fixture
def bucket(request: pytest.FixtureRequest) -> str:
    """Return a bucket of this test's own."""
    return re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[-55:].strip("-") + "-b"
