"""What runs a select, as one text: another is taken for another result."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from flowrisk import __version__

_ENGINES = Path(__file__).parent.parent
_LIBRARIES = ("duckdb", "polars")


def code_version() -> str:
    """Return what changes with flowrisk, with its engines where they are worked on, and with the
    libraries that read and count."""
    found = [find_spec(name) for name in _LIBRARIES]
    libraries = [Path(each.origin) for each in found if each is not None and each.origin]
    files = [*libraries, *sorted(_ENGINES.rglob("*.py"))]
    stamps = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return repr((__version__, stamps))
