"""What every test may use: a dataset made from rows, a question asked of it, the sample."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # lets test modules import rows.py
from paths import REAL
from rows import AS_OF, Rows, write_dataset

from flowrisk import api
from flowrisk.dataset import folder, warehouse
from flowrisk.engines.duckdb import DuckDB
from flowrisk.question import loading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from loopback import Publisher
    from playwright.sync_api import Browser

    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.question.book import Line

# what a user may have set for the product; the tests' own three stay
OURS = {"FLOWRISK_REQUIRE", "FLOWRISK_ARTEFACTS", "FLOWRISK_GOLDEN"}
FOREIGN = {"SOURCE_DATE_EPOCH", "FORCE_COLOR", "NO_COLOR", "PYTHONWARNINGS"}

for _name in list(os.environ):
    if _name in FOREIGN or (_name.startswith("FLOWRISK_") and _name not in OURS):
        del os.environ[_name]
# what a test reads has been computed in it
os.environ["FLOWRISK_CACHE"] = "off"


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their parameter: what an archive holds may differ from second to second."""
    return argname if isinstance(val, bytes | bytearray) else None


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., api.Dataset]:
    """Return a function that writes and opens a dataset; a test overrides what it is about."""

    def make(name: str = "data", /, **overrides: Rows | None) -> api.Dataset:
        return api.open_dataset(write_dataset(tmp_path / name, overrides))

    return make


@pytest.fixture
def question(make_dataset: Callable[..., api.Dataset]) -> Callable[..., Warehouse]:
    """Return a function that loads a question over rows: ``.frame`` gives any model's rows.

    ``book`` of the question is the lines of one, as they are once they are read.
    """

    def ask(asked: Mapping[str, object] | None = None, /, **overrides: Rows | None) -> Warehouse:
        made = make_dataset(**overrides)
        store = warehouse.Warehouse(folder.open_folder(made.path), DuckDB())
        given = {"as_of": AS_OF, "providers": "all", **(asked or {})}
        book = cast("Sequence[Line]", given.pop("book", ()))
        loading.load(store, made.settings(given), book=book)
        return store

    return ask


@pytest.fixture(scope="session")
def sample() -> api.Dataset:
    """Return the bundled sample."""
    return api.open_dataset()


@pytest.fixture(scope="session")
def sample_result(sample: api.Dataset) -> api.ScenarioResult:
    """Return the main job over the sample, asked once."""
    return sample.scenario()


@pytest.fixture(scope="session")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return the one browser of a run, started when it is first needed."""
    from browsing import launched

    with launched(tmp_path_factory.mktemp("fonts")) as started:
        yield started


@pytest.fixture
def browser(launched: Browser) -> Iterator[Browser]:
    """Return a Chromium without a network, or skip; under FLOWRISK_REQUIRE=browser it fails."""
    yield launched
    for context in launched.contexts:
        context.close()


@pytest.fixture
def printer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the product print with the Chromium and the fonts of the tests, or skip."""
    from browsing import chromium, fonts_conf

    monkeypatch.setenv("FLOWRISK_CHROMIUM", chromium())
    monkeypatch.setenv("FONTCONFIG_FILE", fonts_conf(tmp_path_factory.mktemp("fonts")))


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Return a publisher on this machine, with nothing published yet."""
    from loopback import published

    with published() as running:
        yield running


@pytest.fixture(scope="session")
def real_file() -> Callable[[str], Path]:
    """Return a function that finds a real file, or skips; under FLOWRISK_REQUIRE it fails."""

    def find(name: str) -> Path:
        path = REAL / name
        if not path.exists():
            missing("real-files", f"{name} lies in ../shared/real, which is not here")
        return path

    return find


def missing(what: str, reason: str) -> NoReturn:
    """Skip what this machine cannot run, or fail where FLOWRISK_REQUIRE asks for it."""
    if what in os.environ.get("FLOWRISK_REQUIRE", "").split(","):
        pytest.fail(f"FLOWRISK_REQUIRE asks for {what}: {reason}")
    pytest.skip(reason)
