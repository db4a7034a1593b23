"""A client of a publisher on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from loopback import CONTACT, Publisher

from flowrisk.download.client import Client
from flowrisk.download.sources import hosts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the client would have waited."""
    return []


@pytest.fixture
def client(publisher: Publisher, waits: list[float]) -> Client:
    """A client of the publisher, which waits in no time but for its pace."""
    return Client(CONTACT, hosts(), base_url=publisher.url, wait=waits.append)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for downloads, in which in the end nothing lies that is half-written."""
    made = tmp_path / "downloads"
    made.mkdir()
    yield made
    assert not [path.name for path in made.iterdir() if path.name.startswith(".flowrisk-")]
