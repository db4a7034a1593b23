"""Which engine answers a question, and where its data lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    from pathlib import PurePath

    from flowrisk.engines.engine import Engine


ENGINES = ("duckdb", "spark")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which engine answers and where it is.

    Args:
        name: one of ``ENGINES``.
        url: address of the Spark Connect server, ``sc://host:port``.
        seen_as: the dataset folder as the cluster sees it; None where it is the same path.

    Raises: QuestionError for an unknown engine, or an address that the engine lacks or never has.
    """

    name: str = "duckdb"
    url: str | None = None
    seen_as: str | None = None

    def __post_init__(self) -> None:
        if self.name not in ENGINES:
            close = nearest(self.name, ENGINES)
            raise QuestionError(
                f"There is no engine '{self.name}'.",
                facts={"known": join_names(ENGINES), **({"nearest": close} if close else {})},
                remedy="Correct --engine, or leave it out.",
            )
        if self.name == "spark" and self.url is None:
            raise QuestionError(
                "The engine 'spark' needs the address of a Spark Connect server.",
                remedy="Give --engine-url sc://HOST:PORT, or set FLOWRISK_ENGINE_URL.",
            )
        if self.name == "duckdb" and (self.url or self.seen_as):
            raise QuestionError(
                "The engine 'duckdb' runs on this machine and has no address.",
                facts={
                    flag: given
                    for flag, given in (("--engine-url", self.url), ("--engine-data", self.seen_as))
                    if given
                },
                remedy="Add --engine spark, or leave the address out.",
            )

    def open(self, folder: PurePath, *, is_framing: bool = True) -> Engine:
        """Open the engine for one question over the dataset in ``folder``.

        Args:
            is_framing: whether frames are to be asked for.

        Raises: QuestionError for an unusable address, missing packages or a cluster in use;
            TimeoutError where no server answers.
        """
        if self.name == "spark":
            from flowrisk.engines.spark import Spark

            return Spark(self.url or "", folder=folder, seen_as=self.seen_as)
        return _on_this_machine(folder, is_framing=is_framing)


def _on_this_machine(folder: PurePath, *, is_framing: bool) -> Engine:
    from flowrisk.engines.address import Address
    from flowrisk.engines.caching import result_cache
    from flowrisk.engines.duckdb import DuckDB

    cache = None if isinstance(folder, Address) else result_cache.opened()
    engine = DuckDB(folder, is_framing=is_framing)
    if cache is None:
        return engine
    from flowrisk.engines.caching.cached_engine import CachedEngine
    from flowrisk.engines.caching.code_version import code_version

    return CachedEngine(engine, cache, version=code_version())
