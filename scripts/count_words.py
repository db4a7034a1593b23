"""Count the words of the manual, page by page: ``python scripts/count_words.py``.

A word is what a reader sees as one: blocks of code, comments, marks of tables and links' addresses
are none; inline code is one word a name.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_UNREAD = re.compile(r"^```.*?^```$|<!--.*?-->|\]\([^)]*\)", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r"[^\s|`*\[\]#]*\w[^\s|`*\[\]#]*")


def words_count(text: str) -> int:
    """Return how many words a page of Markdown has."""
    return len(_WORD.findall(_UNREAD.sub(" ", text)))


def counts(docs: Path = DOCS) -> dict[str, int]:
    """Return the words of each page by its path, the longest first."""
    found = {
        path.relative_to(docs).as_posix(): words_count(path.read_text("utf-8"))
        for path in docs.rglob("*.md")
    }
    return dict(sorted(found.items(), key=lambda each: -each[1]))


if __name__ == "__main__":
    pages = counts()
    for name, count in {**pages, "all pages": sum(pages.values())}.items():
        print(f"{count:7,}  {name}")
