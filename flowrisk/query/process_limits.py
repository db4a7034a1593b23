"""Confining this process before it meets other people's SQL: limits on memory, file size and core
dumps, and on Linux a Landlock ruleset that denies writing, foreign reading and TCP.

Nothing here can be undone by the process; call it while the process has one thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import signal
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_SET_PARENT_DEATH_SIGNAL = 1
_NO_NEW_PRIVILEGES = 38
_LONGEST_CPU_S = 10**7
_VERSION_ASKED = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
# rights known to each version of Landlock: files, network (since 4), signals and sockets (since 6)
_FILE_RIGHTS_COUNT = {1: 13, 2: 14, 3: 15, 4: 15}
_NEWEST_FILE_RIGHTS_COUNT = 16
_NETWORK_SINCE, _SCOPES_SINCE = 4, 6
_ALL_TWO = 0b11


def end_with_parent(parent_pid: int) -> None:
    """Have this process killed when its parent ends, where the system can (Linux); end it now
    where the parent has gone already.

    Source: prctl(2), PR_SET_PDEATHSIG.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:
        os._exit(1)


def limit_cpu(seconds: float) -> None:
    """Have this process killed after so many seconds of work from now on, on all its cores:
    whatever becomes of the process that watches it."""
    try:
        import resource
    except ImportError:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    allowed = used + min(seconds, _LONGEST_CPU_S) * (os.cpu_count() or 1)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(allowed), math.ceil(allowed)))


def confine(readable: Iterable[Path], *, memory_bytes: int) -> list[str]:
    """Confine this process for good.

    Args:
        readable: files and folders it may still read; every other path is denied where the
            system can.
        memory_bytes: address space allowed beyond what the process holds now.

    Returns: one sentence for each promise this system cannot keep; none where all hold.
    """
    return [*_limit(memory_bytes), *_deny_files(readable)]


def _limit(memory_bytes: int) -> list[str]:
    try:
        import resource
    except ImportError:
        return ["this system cannot limit the memory of the query"]
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))
    allowed = _held_bytes() + memory_bytes
    try:
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    except (ValueError, OSError):
        return ["this system cannot limit the memory of the query"]
    return []


def _held_bytes() -> int:
    """Return the address space in use, 0 where the system does not say."""
    statement = Path("/proc/self/statm")
    pages = int(statement.read_text().split()[0]) if statement.exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _deny_files(readable: Iterable[Path]) -> list[str]:
    version = landlock_version()
    if version < 1:
        return ["this system cannot deny files to the query beyond DuckDB's own lock"]
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        raise ModelError("The process has threads already, which no confinement would reach.")
    system = ctypes.CDLL(None, use_errno=True)
    rights = (1 << _FILE_RIGHTS_COUNT.get(version, _NEWEST_FILE_RIGHTS_COUNT)) - 1
    attributes = struct.pack("Q", rights)
    attributes += struct.pack("Q", _ALL_TWO) if version >= _NETWORK_SINCE else b""
    attributes += struct.pack("Q", _ALL_TWO) if version >= _SCOPES_SINCE else b""
    rules = _called(system.syscall(_CREATE_RULESET, attributes, len(attributes), 0))
    for path in readable:
        _permit_reading(system, rules, path)
    _called(system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _called(system.syscall(_RESTRICT_SELF, rules, 0))
    os.close(rules)
    return [] if version >= _NETWORK_SINCE else ["this system cannot deny TCP to the query"]


def landlock_version() -> int:
    """Return the version of Landlock that the kernel has, below 1 where it has none."""
    if not sys.platform.startswith("linux"):
        return 0
    return int(ctypes.CDLL(None).syscall(_CREATE_RULESET, None, 0, _VERSION_ASKED))


def _permit_reading(system: ctypes.CDLL, rules: int, path: Path) -> None:
    if not path.exists():
        return
    right = _READ_FILE | (_READ_FOLDER if path.is_dir() else 0)
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", right, handle)
    _called(system.syscall(_ADD_RULE, rules, _PATH_BENEATH, rule, 0))
    os.close(handle)


def _called(answer: int) -> int:
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
