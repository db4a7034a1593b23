"""What a dataset knows: securities, funds, indices, providers, lists; sections of a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowrisk.dataset import resources
from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    import polars as pl

    class Queried(Protocol):
        """What answers a select over the staging views."""

        def query(self, sql: str, /) -> pl.DataFrame:
            """Return the rows of one select."""


_SELECTS: Mapping[str, str] = {
    "securities": "select ticker, security_id, security_name, share_class, country "
    "from staging.securities order by ticker, security_id",
    "funds": "select fund_id, fund_name, manager_name, index_id from staging.funds "
    "order by fund_id",
    "indices": "select index_id, index_name, provider_id from staging.indices order by index_id",
    "providers": "select provider_id, provider_name from staging.providers order by provider_id",
    "lists": "select candidates.list_id, count(*) as securities_count, "
    "string_agg(securities.ticker, ' ' order by securities.ticker) as tickers "
    "from staging.candidates as candidates inner join staging.securities as securities "
    "on candidates.security_id = securities.security_id group by all order by all",
}
KINDS = (*_SELECTS, "sections")
_SECTION = re.compile(r'<section id="([^"]+)"')


def listed(dataset: Queried, kind: str) -> pl.DataFrame:
    """Return the rows of a kind.

    Raises: QuestionError for a kind that is none; as the dataset's ``query``.
    """
    if kind not in KINDS:
        raise QuestionError(
            f"There is no list of '{kind}'.",
            facts={"nearest": nearest(kind, KINDS) or "none"},
            remedy=f"Name one of {join_names(KINDS)}.",
        )
    return _sections() if kind == "sections" else dataset.query(_SELECTS[kind])


def only(dataset: Queried, kind: str, name: str) -> str:
    """Return the id of the one fund or index that a word names: by id, by name, or by a part of
    the name that no other has.

    Raises: QuestionError with those it may mean, or the nearest.
    """
    rows = dataset.query(_SELECTS[kind]).rows()
    folded, words = name.casefold().strip(), _words(name)
    for found in (
        [row[0] for row in rows if str(row[0]).casefold() == folded],
        [row[0] for row in rows if _words(row[1]) == words],
        [row[0] for row in rows if words and f" {words} " in f" {_words(row[1])} "],
    ):
        if len(found) == 1:
            return str(found[0])
        if found:
            raise QuestionError(
                f"'{name}' names more than one of the {kind}.",
                facts={kind: join_names(found)},
                remedy="Give the id.",
            )
    close = nearest(name, [word for row in rows for word in row[:2]])
    raise QuestionError(
        f"The dataset knows no {kind} called '{name}'.",
        facts={kind: len(rows), "nearest": close or "none"},
        remedy=f"'flowrisk list {kind}' names them; 'flowrisk add' adds one.",
    )


def _words(name: object) -> str:
    found = re.findall(r"[^\W_]+", str(name).casefold())
    return " ".join(word for word in found if word not in {"index", "the"})


def _sections() -> pl.DataFrame:
    import polars as pl

    names = {
        (name, path.name.partition(".")[0])
        for path in resources.templates_folder().glob("*.jinja")
        for name in _SECTION.findall(path.read_text("utf-8"))
    }
    return pl.DataFrame(sorted(names), schema=["section", "page"], orient="row")
