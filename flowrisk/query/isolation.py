"""Other people's SQL in a child process that can do nothing else, and is killed past its time.

The parent trusts nothing the child says: it reads one line of JSON and a bounded number of bytes
from a pipe, never a pickle. What the rows become (a table, a workbook) is made in the child too, so
that its limits are those of the whole command. The child confines itself before DuckDB has a
thread, then asks ``sandbox``.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import subprocess
import sys
import sysconfig
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from flowrisk import errors
from flowrisk.dataset import resources
from flowrisk.dataset.folder import local_path
from flowrisk.engines import composing
from flowrisk.errors import FlowriskError, QuestionError
from flowrisk.query import books, process_limits, sandbox, sql_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from flowrisk.dataset.folder import Folder
    from flowrisk.query.parameters import Value
    from flowrisk.question.question import Question


MEMORY_BYTES = 2 * 2**30
RESULT_BYTES = 256 * 2**20
_LOADING_S = 120.0
_SIGNALS_EVERY_S = 0.1
_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from flowrisk.query import isolation; isolation.serve(int(sys.argv[2]))"
)
# what the child needs of the environment: shared libraries, and the time zone results are told in
_ENVIRONMENT = ("LD_LIBRARY_PATH", "SYSTEMROOT", "TZ")
# libraries, time zones, and what DuckDB reads to learn how much memory there is
_OF_THE_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/share/zoneinfo", "/sys/fs/cgroup", "/proc/meminfo",
    "/proc/self/cgroup",
)  # fmt: skip
_LONGEST_HEAD_BYTES = 2**20
_LONGEST_TOLD = 2_000
_CHUNK_BYTES = 2**20
_REFUSALS: dict[str, type[FlowriskError]] = {
    kind.__name__: kind for kind in errors.FlowriskError.__subclasses__()
}


@dataclass(frozen=True, slots=True)
class _Request:
    folder: Folder
    asked: Question
    sql: str
    values: Mapping[str, Value]
    limit_count: int | None
    timeout_s: float
    is_plan: bool = False
    render: Callable[[pl.DataFrame], bytes] | None = None


def query(
    folder: Folder,
    asked: Question,
    sql: str,
    *,
    limit_count: int | None,
    timeout_s: float,
    values: Mapping[str, Value] | None = None,
    say: Callable[[str], None],
) -> tuple[pl.DataFrame, bool]:
    """Answer one select as ``sandbox.query`` does, in a confined child process.

    Args:
        say: told each promise this system cannot keep.

    Raises: as ``sandbox.query``; QuestionError too where the query ended its process, by memory
        for one, or its rows are larger than ``RESULT_BYTES``. The child is killed 2 s after its
        time.
    """
    request = _Request(folder, asked, sql, values or {}, limit_count, timeout_s)
    content, head = _asked(request, say)
    return _frame(content), bool(head["is_cut"])


def rendered(
    folder: Folder,
    asked: Question,
    sql: str,
    *,
    render: Callable[[pl.DataFrame], bytes],
    limit_count: int | None,
    timeout_s: float,
    values: Mapping[str, Value] | None = None,
    say: Callable[[str], None],
) -> tuple[bytes, int, bool]:
    """Answer one select as ``query`` does, its rows already in the form that they are shown in.

    Args:
        render: a function of a module, run in the child within its time and memory.

    Returns: the rows in their form, how many they are, and whether more were left off.
    Raises: as ``query``, and what ``render`` refuses.
    """
    request = _Request(folder, asked, sql, values or {}, limit_count, timeout_s, render=render)
    content, head = _asked(request, say)
    return content, int(head["row_count"]), bool(head["is_cut"])


def plan(
    folder: Folder,
    asked: Question,
    sql: str,
    *,
    timeout_s: float,
    values: Mapping[str, Value] | None = None,
    say: Callable[[str], None],
) -> str:
    """Return the plan of one select as ``sandbox.plan`` does, in a confined child process.

    Raises: as ``query``.
    """
    request = _Request(folder, asked, sql, values or {}, None, timeout_s, is_plan=True)
    return str(_frame(_asked(request, say)[0]).item())


def _frame(content: bytes) -> pl.DataFrame:
    import polars as pl

    return pl.read_ipc(BytesIO(content))


def _asked(request: _Request, say: Callable[[str], None]) -> tuple[bytes, dict[str, Any]]:
    sandbox.refuse_unusable(request.limit_count, request.timeout_s)
    local_path(request.folder, "asked in isolated mode, which has no network")
    # the child may read no file but the dataset's
    request = replace(request, asked=books.held(request.asked))
    with started() as child, ThreadPoolExecutor(1) as pool:
        # reading in this thread would keep Ctrl-C waiting: polars has system calls restarted
        answering = pool.submit(_answer, child, request, say)
        try:
            while not wait([answering], timeout=_SIGNALS_EVERY_S).done:
                pass
            return answering.result()
        finally:
            child.kill()


def started() -> subprocess.Popen[bytes]:
    """Return a child that waits for its request, with almost nothing of our environment."""
    paths = [path for path in sys.path if Path(path).is_absolute()]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-I", "-c", _CHILD, json.dumps(paths), str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
    )


def _answer(
    child: subprocess.Popen[bytes], request: _Request, say: Callable[[str], None]
) -> tuple[bytes, dict[str, Any]]:
    requests, answers = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    with _killed_after(child, _LOADING_S), contextlib.suppress(BrokenPipeError):
        pickle.dump(request, requests)
        requests.close()
    with _killed_after(child, _LOADING_S):
        for note in _head(child, answers)["notes"]:
            say(f"isolated mode: {note}")
    with _killed_after(child, request.timeout_s + sandbox.GRACE_S) as is_late:
        try:
            head = _head(child, answers)
            content = _bounded(answers)
        except QuestionError as error:
            raise (sql_errors.overrun(request.timeout_s) if is_late.is_set() else error) from None
    if is_late.is_set():
        raise sql_errors.overrun(request.timeout_s)
    return content, head


def _bounded(answers: IO[bytes]) -> bytes:
    """Return what the child says to its end.

    Raises: QuestionError where that is more than ``RESULT_BYTES``.
    """
    content = bytearray()
    while chunk := answers.read(_CHUNK_BYTES):
        content += chunk
        if len(content) > RESULT_BYTES:
            raise _too_large()
    return bytes(content)


def _too_large() -> QuestionError:
    return QuestionError(
        "The result is larger than isolated mode hands over.",
        facts={"at most": f"{RESULT_BYTES / 2**20:g} MiB"},
        remedy="Ask for less, such as with --limit; owner mode (without --isolated) has no limit.",
    )


@contextmanager
def _killed_after(child: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    is_late = threading.Event()

    def kill() -> None:
        is_late.set()
        child.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()


def _head(child: subprocess.Popen[bytes], answers: IO[bytes]) -> dict[str, Any]:
    """Return the next line the child says, its refusals raised.

    Raises: the refusal of the child; QuestionError where it ended without a word.
    """
    line = answers.readline(_LONGEST_HEAD_BYTES)
    if not line:
        raise QuestionError(
            "The query ended the process that answered it.",
            facts={"exit": child.wait(), "memory allowed": f"{MEMORY_BYTES / 2**30:g} GiB"},
            remedy="Ask for less; in owner mode (without --isolated) --memory says how much.",
        )
    try:
        head: dict[str, Any] = dict(json.loads(line))
        refusal = _REFUSALS[head["error"]] if "error" in head else None
        told = [head[name] for name in ("problem", "facts", "remedy")] if refusal else ["", {}, ""]
        if not isinstance(told[1], dict):
            raise TypeError("its facts are none")  # noqa: TRY301 - as what it says next to it
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise QuestionError(
            "The process that answered the query was not understood.",
            facts={"it began with": repr(line[:60])},
            remedy="The query may have broken it: ask something else.",
        ) from error
    if refusal:
        raise refusal(str(told[0]), facts=told[1], remedy=str(told[2]))
    return head


def serve(parent_pid: int) -> None:
    """Be the child: read one request, confine this process, answer, and end; with the parent, if
    that ends first."""
    process_limits.end_with_parent(parent_pid)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    request: _Request = pickle.load(sys.stdin.buffer)  # noqa: S301 - the parent's own
    try:
        _serve(request, answers)
    except FlowriskError as error:
        facts = {name: _shortened(value) for name, value in error.facts.items()}
        _say(answers, {"error": type(error).__name__, "problem": _shortened(error.problem),
                       "facts": facts, "remedy": _shortened(error.remedy)})  # fmt: skip
    except BaseException as error:
        # where memory runs out inside a library, that panics
        if not isinstance(error, MemoryError) and type(error).__name__ != "PanicException":
            raise
        _say(answers, {"error": QuestionError.__name__, "problem": sql_errors.OUT_OF_MEMORY,
                       "facts": {"memory allowed": f"{MEMORY_BYTES / 2**30:g} GiB"},
                       "remedy": "Ask for less."})  # fmt: skip
    answers.close()
    os._exit(0)


def _serve(request: _Request, answers: IO[bytes]) -> None:
    folder = _without_patterns(request.folder)
    notes = process_limits.confine(readable(folder), memory_bytes=MEMORY_BYTES)
    with closing(sandbox.Session(folder, request.asked, foreseen=request.sql)) as session:
        _say(answers, {"notes": notes})
        process_limits.limit_cpu(request.timeout_s + sandbox.GRACE_S)
        frame, is_cut = _answered(session, request)
        content = request.render(frame) if request.render else _arrow(frame)
    if len(content) > RESULT_BYTES:
        raise _too_large()
    _say(answers, {"is_cut": is_cut, "row_count": frame.height})
    answers.write(content)


def _arrow(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_ipc(buffer)
    return buffer.getvalue()


def _shortened(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_TOLD else text[:_LONGEST_TOLD] + "…"


def _answered(session: sandbox.Session, request: _Request) -> tuple[pl.DataFrame, bool]:
    import polars as pl

    sql, values, timeout_s = request.sql, request.values, request.timeout_s
    if request.is_plan:
        return pl.DataFrame({"plan": [session.plan(sql, values, timeout_s=timeout_s)]}), False
    return session.query(sql, values, limit_count=request.limit_count, timeout_s=timeout_s)


def _without_patterns(folder: Folder) -> Folder:
    """Return a dataset whose files can be named without looking into other folders.

    DuckDB takes ``d[1]`` in a path for a pattern, and to say that it is none it would have to list
    the folder above, which a confined process may not. From inside, that name is not needed.
    """
    paths = [path for paths in folder.files.values() for path in paths]
    if all(composing.literal_path(path) == str(path) for path in paths):
        return folder
    os.chdir(folder.path)
    files = {
        name: tuple(path.relative_to(folder.path) for path in paths)
        for name, paths in folder.files.items()
    }
    return replace(folder, path=Path(), files=files)


def readable(folder: Folder) -> list[Path]:
    """Return what a confined process may read: libraries, this package and the dataset."""
    paths = [path for paths in folder.files.values() for path in paths]
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    installed |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return [
        *map(Path, sorted(installed)),
        Path(__file__).parents[1],
        resources.sql_folder(),
        *map(Path, _OF_THE_SYSTEM),
        *map(Path, paths),
        # a file's own name may hold what looks like a pattern: then its folder is listed
        *{Path(path).parent for path in paths if composing.literal_path(path) != str(path)},
    ]


def _say(answers: IO[bytes], head: Mapping[str, object]) -> None:
    answers.write(json.dumps(head).encode() + b"\n")
    answers.flush()
