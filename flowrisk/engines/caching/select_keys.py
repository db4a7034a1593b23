"""What a select is known by: its text, and that of everything it reads, at any distance."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_REFERENCE = re.compile(r"\b(?:raw|staging|intermediate|marts|checks|scenario)\.[a-z0-9_]+")


class SelectKeys:
    """The texts of all that is defined, by qualified name.

    Args:
        version: of everything beside these texts that a result depends on.
    """

    def __init__(self, version: str) -> None:
        self._version = version
        self._digests: dict[str, bytes] = {}
        self._reads: dict[str, frozenset[str]] = {}

    def tell(self, name: str, text: str, *, is_sql: bool = True) -> None:
        """Say what stands behind a name: its select, or all that its rows depend on."""
        self._digests[name] = hashlib.sha256(text.encode()).digest()
        self._reads[name] = frozenset(_REFERENCE.findall(text) if is_sql else ())

    def of(self, kind: str, sql: str, parameters: Sequence[object] = ()) -> str:
        """Return the key of a select whose rows are given in the form ``kind``."""
        whole = hashlib.sha256(repr((self._version, kind, sql, list(parameters))).encode())
        for name in sorted(self._read_by(sql)):
            whole.update(name.encode() + b"\0" + self._digests.get(name, b""))
        return whole.hexdigest()

    def _read_by(self, sql: str) -> set[str]:
        found: set[str] = set()
        left = list(_REFERENCE.findall(sql))
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left.extend(self._reads.get(name, ()))
        return found
