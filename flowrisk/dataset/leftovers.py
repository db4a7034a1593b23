"""Where files are written aside before they take their place, and what a killed process left there.

A name aside holds the number of its process, so that whoever comes later knows that it is dead.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

_NAME = re.compile(r"\.?flowrisk-(\d+)-[0-9a-z_]+")


def beside(target: Path) -> Path:
    """Return a name beside a target, hidden and of this process alone."""
    return target.with_name(f".flowrisk-{os.getpid()}-{os.urandom(8).hex()}")


def prefix() -> str:
    """Return what the name of a temporary folder of this process begins with."""
    return f"flowrisk-{os.getpid()}-"


def sweep(folder: Path) -> None:
    """Remove what killed processes of this user left in a folder; never what is a link."""
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if (found := _NAME.fullmatch(path.name)) and not _is_running(int(found[1])):
                _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):
        if path.lstat().st_uid != os.getuid() or path.is_symlink():
            return
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
