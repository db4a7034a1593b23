"""Names that an index has had beside the one of the data: dated, from a list of the package.

A name is matched on any day: a book of today is asked about a day before the change, and old books
about today.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path


@cache
def aliases() -> tuple[tuple[str, str], ...]:
    """Return index_id and another name of it, pair by pair."""
    path = Path(__file__).with_name("index_names_dated.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return tuple((row["index_id"], row["index_name"]) for row in csv.DictReader(file))
