"""Tasks of which some wait for others, run by a few threads."""

from __future__ import annotations

import heapq
import threading
from collections import defaultdict
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_INTERRUPT_EVERY_S = 0.05


def run(
    tasks: Mapping[str, Callable[[], None]],
    after: Mapping[str, Collection[str]],
    *,
    threads_count: int,
    interrupt: Callable[[], None] = lambda: None,
) -> None:
    """Run each task once those it waits for are done, that with the longest way to the end first.

    Args:
        after: the tasks that each waits for.
        interrupt: ends the tasks that run; called, again and again, once one has failed or the
            caller is told to stop.

    Raises: what a task raises; those that have not begun are then left out.
    """
    queue = _Queue(tasks, after)
    with ThreadPoolExecutor(threads_count) as pool:
        workers = [pool.submit(queue.work) for _ in range(threads_count)]
        try:
            for worker in wait(workers, return_when=FIRST_EXCEPTION).done:
                worker.result()
        except BaseException:
            queue.stop()
            # a task that is about to begin misses an interrupt
            while wait(workers, timeout=_INTERRUPT_EVERY_S).not_done:
                interrupt()
            raise


class _Queue:
    """The tasks that may run now, shared by the threads that run them."""

    def __init__(
        self, tasks: Mapping[str, Callable[[], None]], after: Mapping[str, Collection[str]]
    ) -> None:
        self._tasks = tasks
        self._steps = _steps_to_the_end(after)
        self._order = TopologicalSorter(after)
        self._order.prepare()
        self._ready: list[tuple[int, str]] = []
        self._is_stopped = not tasks
        self._changed = threading.Condition()
        self._offer()

    def work(self) -> None:
        """Run one task after the other until there is none left."""
        try:
            while (name := self._next()) is not None:
                self._tasks[name]()
                self._done(name)
        finally:
            self.stop()

    def stop(self) -> None:
        """Begin no further task."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def _next(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._ready or self._is_stopped)
            return None if self._is_stopped else heapq.heappop(self._ready)[1]

    def _done(self, name: str) -> None:
        with self._changed:
            self._order.done(name)
            self._is_stopped = self._is_stopped or not self._order.is_active()
            self._offer()

    def _offer(self) -> None:
        with self._changed:
            for name in self._order.get_ready():
                heapq.heappush(self._ready, (-self._steps[name], name))
            self._changed.notify_all()


def _steps_to_the_end(after: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Return how many tasks, itself included, the longest way from each to the end holds."""
    steps: dict[str, int] = defaultdict(lambda: 1)
    for name in reversed(list(TopologicalSorter(after).static_order())):
        for waited_for in after[name]:
            steps[waited_for] = max(steps[waited_for], steps[name] + 1)
    return steps
