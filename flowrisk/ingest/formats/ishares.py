"""iShares holdings files of every site and language, by the profile ``ishares``.

Columns are found by name, because ``Shares`` became ``Quantity`` and identifiers come and go;
values and prices are already in the ``Currency`` column, which files of funds in Europe lack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowrisk.ingest.formats import table
from flowrisk.ingest.readers import profiles

if TYPE_CHECKING:
    from pathlib import Path

    from flowrisk.ingest.readers.parsed import Hints, Parsed


def read(path: Path, hints: Hints) -> Parsed:
    """Return the positions of an iShares holdings file.

    The asset class decides the kind. The day is the file's, else the hint's. Values in another
    currency than dollars, or in none that is stated, are null with a note.

    Raises: DataError for a page, an empty or foreign file, a file without a day, or a day for
        which the issuer has no data (a valid file whose date is ``-``).
    """
    return table.read_profile(path, profiles.shipped()["ishares"], hints)
