"""An engine that reads again what it answered before over the same files.

Nothing has to be told when data, question or version change: a select is known by its text and by
that of all it reads, down to the rows of the question and to size, times and number of each file.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from flowrisk.engines.caching import packing
from flowrisk.engines.caching.select_keys import SelectKeys
from flowrisk.engines.engine import Definition

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import PurePath

    import polars as pl

    from flowrisk.engines.caching.result_cache import ResultCache
    from flowrisk.engines.engine import ColumnTypes, Engine, FileFacts, Row

    Step = Definition | Callable[[], None]

Result = TypeVar("Result")
# within a tick of its clock a file may change twice
_SETTLED_NS = 2_000_000_000
_PRIVATE = "scenario.book"


class _Stamp(NamedTuple):
    path: str
    byte_count: int
    modified_at_ns: int
    changed_at_ns: int
    file_number: int


class _Form(NamedTuple):
    """A form of results, and how one is kept."""

    name: str
    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes], Any]


_ROWS = _Form("rows", packing.packed_rows, packing.rows)
_TUPLES = _Form("tuples", packing.packed_tuples, packing.tuples)
_FRAME = _Form("frame", packing.packed_frame, packing.frame)


class CachedEngine:
    """See ``Engine``: answers as the one behind it, which computes only what is not kept.

    Never kept are questions with portfolios of the user's own, passes over a whole lake, and
    answers over files that changed within two seconds before.

    Args:
        version: of everything beside SQL and data that a result depends on.
    """

    def __init__(self, inner: Engine, cache: ResultCache, *, version: str) -> None:
        self._inner = inner
        self._cache = cache
        self._keys = SelectKeys(version)
        self._is_keeping = True
        self._stamps: dict[PurePath, _Stamp | None] = {}
        self._footers: dict[PurePath, str] = {}
        self._steps: list[Step] = []
        self._computed: dict[str, bytes] = {}

    def close(self) -> None:
        """See ``Engine.close``; keeps what was computed, where its files are still the same."""
        self._inner.close()
        if not (self._is_keeping and self._computed):
            return
        if all(_settled(path) == stamp for path, stamp in self._stamps.items()):
            self._cache.write(self._computed)

    def read_footers(
        self,
        paths: Sequence[PurePath],
        *,
        skimmed: Collection[PurePath] = (),
        allowed: Sequence[PurePath] = (),
    ) -> dict[PurePath, FileFacts]:
        """See ``Engine.read_footers``: read each time."""
        for path in paths:
            self._stamp(path)
        found = self._inner.read_footers(paths, skimmed=skimmed, allowed=allowed)
        self._footers |= {path: _told(facts) for path, facts in found.items()}
        return found

    def ascending(self, paths: Sequence[PurePath], keys: Sequence[str]) -> set[PurePath]:
        """See ``Engine.ascending``."""
        return self._inner.ascending(paths, keys)

    def size_for(self, row_count: int, *, is_whole: bool = False) -> None:
        """See ``Engine.size_for``."""
        self._is_keeping = self._is_keeping and not is_whole
        self._inner.size_for(row_count, is_whole=is_whole)

    def bind_parquet(
        self, name: str, paths: Sequence[PurePath], columns: Mapping[str, str]
    ) -> None:
        """See ``Engine.bind_parquet``."""
        files = [(self._stamp(path), self._footers.get(path)) for path in paths]
        self._keys.tell(name, repr((files, list(columns.items()))), is_sql=False)
        self._steps.append(lambda: self._inner.bind_parquet(name, paths, columns))

    def load_rows(self, name: str, columns: ColumnTypes, rows: Sequence[Sequence[object]]) -> None:
        """See ``Engine.load_rows``."""
        self._is_keeping = self._is_keeping and not (name == _PRIVATE and rows)
        loaded = (list(columns.items()), [tuple(row) for row in rows])
        self._keys.tell(name, repr(loaded), is_sql=False)
        self._steps.append(lambda: self._inner.load_rows(name, columns, rows))

    def define(self, name: str, sql: str, *, is_table: bool) -> None:
        """See ``Engine.define``."""
        self._keys.tell(name, sql)
        self._steps.append(lambda: self._inner.define(name, sql, is_table=is_table))

    def rows_of_each(
        self, selects: Sequence[Definition], *, over: Sequence[Definition] = ()
    ) -> list[list[Row]]:
        """See ``Engine.rows_of_each``."""
        for each in over:
            self._keys.tell(each.name, each.sql)
        self._steps += over

        def computed(places: Sequence[int]) -> list[list[Row]]:
            rest = self._caught_up()
            return self._inner.rows_of_each([selects[place] for place in places], over=rest)

        return self._results(_ROWS, [each.sql for each in selects], computed)

    def frames(self, selects: Sequence[str]) -> list[pl.DataFrame]:
        """See ``Engine.frames``."""

        def computed(places: Sequence[int]) -> list[pl.DataFrame]:
            self._define_all()
            return self._inner.frames([selects[place] for place in places])

        return self._results(_FRAME, selects, computed)

    def frame(self, sql: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """See ``Engine.frame``."""

        def computed(_: Sequence[int]) -> list[pl.DataFrame]:
            self._define_all()
            return [self._inner.frame(sql, parameters)]

        return self._results(_FRAME, [sql], computed, parameters)[0]

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """See ``Engine.rows``."""

        def computed(_: Sequence[int]) -> list[list[tuple[Any, ...]]]:
            self._define_all()
            return [self._inner.rows(sql, parameters)]

        return self._results(_TUPLES, [sql], computed, parameters)[0]

    def _results(
        self,
        form: _Form,
        selects: Sequence[str],
        computed: Callable[[Sequence[int]], list[Result]],
        parameters: Sequence[object] = (),
    ) -> list[Result]:
        """Return the result of each select: as it is kept, else computed with others that are
        not."""
        keys = [self._keys.of(form.name, sql, parameters) for sql in selects]
        found: dict[str, Result] = self._kept(form, keys)
        missing = [place for place, key in enumerate(keys) if key not in found]
        if missing:
            fresh = computed(missing)
            found |= {keys[place]: each for place, each in zip(missing, fresh, strict=True)}
            self._keep(form, {keys[place]: found[keys[place]] for place in missing})
        return [found[key] for key in keys]

    def _kept(self, form: _Form, keys: Sequence[str]) -> dict[str, Any]:
        kept = self._cache.read(keys) if self._is_keeping and keys else {}
        return {key: form.unpack(content) for key, content in kept.items()}

    def _keep(self, form: _Form, results: Mapping[str, object]) -> None:
        for key, result in results.items() if self._is_keeping else ():
            try:
                self._computed[key] = form.pack(result)
            except TypeError:
                continue  # computed each time

    def _define_all(self) -> None:
        if rest := self._caught_up():
            self._inner.rows_of_each([], over=rest)

    def _caught_up(self) -> list[Definition]:
        """Take every step that was put off, but for definitions at the end, which are returned."""
        steps, self._steps = self._steps, []
        rest: list[Definition] = []
        for step in steps:
            if isinstance(step, Definition):
                rest.append(step)
                continue
            if rest:
                self._inner.rows_of_each([], over=rest)
                rest = []
            step()
        return rest

    def _stamp(self, path: PurePath) -> _Stamp | None:
        if path not in self._stamps:
            self._stamps[path] = _settled(path)
        self._is_keeping = self._is_keeping and self._stamps[path] is not None
        return self._stamps[path]


def _settled(path: PurePath) -> _Stamp | None:
    """Return what changes with a file; None for one that is gone, or whose next change may not
    show."""
    try:
        facts = Path(path).stat()
    except OSError:
        return None
    newest_ns = max(facts.st_mtime_ns, facts.st_ctime_ns)
    if newest_ns > time.time_ns() - _SETTLED_NS:
        return None
    return _Stamp(str(path), facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)


def _told(facts: FileFacts) -> str:
    """Return a footer as one text: some systems have no time of change."""
    parts = (facts.types, facts.bounds, facts.null_counts)
    return repr((facts.row_count, *(sorted(part.items()) for part in parts)))
