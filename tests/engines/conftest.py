"""A Spark Connect server of the test run: Sail, which needs no Java."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from conftest import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
