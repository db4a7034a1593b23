"""Days that have not come yet: what a fund holds on them, or what a price is then, is not known.

Owns how far ahead a day may be: it is tomorrow somewhere before it is here.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    import polars as pl


def newest_on() -> dt.date:
    """Return the newest day that a file may speak of: the day after today in UTC."""
    return dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=1)


def refuse_asked(as_of_on: dt.date | None) -> None:
    """Refuse a day that the user gives for files that state none.

    Raises: QuestionError.
    """
    if as_of_on is not None and as_of_on > newest_on():
        raise QuestionError(
            "The day of --as-of has not come yet.",
            facts={"day": as_of_on, "newest day": newest_on()},
            remedy="Give the day that the positions describe.",
        )


def refuse(rows: pl.DataFrame | pl.LazyFrame, column: str) -> None:
    """Refuse rows of a day that has not come yet; of a report in which they stand the newest day
    would be theirs, and hide every true one.

    Args:
        rows: with ``row_number``, the place in the file, and the day.
        column: the day.

    Raises: DataError naming the first row and its day.
    """
    import polars as pl

    late = rows.lazy().filter(pl.col(column) > newest_on()).select("row_number", column)
    found = late.sort("row_number", nulls_last=True).head(1).collect()
    if not found.is_empty():
        number, day = found.row(0)
        raise DataError(
            "The file speaks of a day that has not come yet.",
            facts={"row": number, "day": day, "newest day": newest_on()},
            remedy="Correct the day; where it is read wrongly, say how days are written with "
            "--dates; where the clock of this machine is behind, set it.",
        )
