"""The one date that written files carry: never the clock's, so that the same answer gives the
same bytes."""

from __future__ import annotations

import datetime as dt
import os

from flowrisk.errors import QuestionError

# the first that a zip archive, and so an xlsx workbook, can hold
_EARLIEST = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


def stamped_at() -> dt.datetime:
    """Return the moment of SOURCE_DATE_EPOCH (seconds), else the first of 1980, in UTC.

    Raises: QuestionError for a value that is no such number.

    Source: reproducible-builds.org, SOURCE_DATE_EPOCH specification.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if not given:
        return _EARLIEST
    try:
        return max(dt.datetime.fromtimestamp(int(given), tz=dt.UTC), _EARLIEST)
    except (ValueError, OverflowError, OSError) as error:
        raise QuestionError(
            "SOURCE_DATE_EPOCH is no number of seconds.",
            facts={"value": given},
            remedy="Set it to seconds since 1970, or unset it.",
        ) from error
