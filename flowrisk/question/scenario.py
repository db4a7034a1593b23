"""What ``scenario`` asks beside a question: a book of portfolios.

Rows of the table of options, as in ``question``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flowrisk.question.options import QUESTION, option, read_by
from flowrisk.question.question import Question

if TYPE_CHECKING:
    from flowrisk.question.book import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioQuestion(Question):
    """A question with the portfolios whose trades are asked for."""

    book: Source | None = option(
        "book", "FILE",
        "Portfolios of yours (.csv, .xlsx or .parquet with portfolio, identifier, shares, index): "
        "what each must trade.",
        QUESTION, unit="yours: portfolios, with the index each tracks", example="book.csv",
        parse=read_by("parse_book", "book"), is_common=True,
    )  # fmt: skip
