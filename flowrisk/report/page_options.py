"""How a page is set: its title, its house style, which of its sections it shows.

Owns what is asked of the page's dress; never touches a figure.
"""

from __future__ import annotations

import errno
import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.dataset.folder import absolute
from flowrisk.errors import QuestionError, join_names, nearest
from flowrisk.question.parsing import choose

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.)|\n)", re.DOTALL)
_DEEPEST_COUNT = 32
THEME_LIMIT_BYTES = 64 * 1024
TITLE_LIMIT_COUNT = 200
_PAGES = frozenset({"html", "pdf"})
CHARTS = "charts"
PAPERS = ("a4", "letter")
# what fetches, or would end the style sheet; the page's security policy forbids the fetching too
_UNFIT = {
    "</style": re.compile(r"</style", re.IGNORECASE),
    "@import": re.compile(r"@import", re.IGNORECASE),
    "url() of a file or an address": re.compile(r"url\((?!\s*['\"]?(?:data:|#))", re.IGNORECASE),
    "image-set()": re.compile(r"image-set\(", re.IGNORECASE),
    "src() of an address": re.compile(r"(?<![\w-])src\(", re.IGNORECASE),
    "a character that is none": re.compile("[\x00\ufffd]"),
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A house style: the name of its file and its rules, which come after the page's own."""

    file_name: str
    css: str

    @property
    def digest(self) -> str:
        """SHA-256 of the rules."""
        return hashlib.sha256(self.css.encode()).hexdigest()

    @property
    def has_data(self) -> bool:
        """Whether the rules carry images or fonts of their own."""
        return "data:" in self.css.lower()


@dataclass(frozen=True, slots=True)
class PageOptions:
    """One way to set a page; the plain one shows everything under the finding as its title.

    ``paper`` is one of ``PAPERS``, None the printer's own; ``is_one_page`` sets one sheet.
    """

    title: str | None = None
    theme: Theme | None = None
    sections: tuple[str, ...] = ()
    paper: str | None = None
    is_one_page: bool = False

    @property
    def rules(self) -> str:
        """The style rules that come after the page's own."""
        paper = f"@page {{ size: {self.paper}; }}\n" if self.paper else ""
        return f"{paper}{self.theme.css if self.theme else ''}"

    @property
    def flags(self) -> tuple[str, ...]:
        """The words of the command line that ask for it again; a file goes by its name."""
        given = {
            "--sections": ",".join(self.sections),
            "--title": self.title,
            "--theme": self.theme and self.theme.file_name,
            "--paper": self.paper,
        }
        switches = ("--one-page",) if self.is_one_page else ()
        return (*switches, *(word for flag, value in given.items() if value
                             for word in (flag, value)))  # fmt: skip

    def refuse_idle(self, forms: Collection[str]) -> None:
        """Refuse what no output would show.

        Args:
            forms: those that are written, such as ``html``, ``csv`` or ``charts``.

        Raises: QuestionError naming the option.
        """
        paged = not _PAGES.isdisjoint(forms)
        drawn = paged or CHARTS in forms
        idle = {
            "--one-page": self.is_one_page and not paged,
            "--paper": self.paper is not None and not paged,
            "--sections": bool(self.sections) and not drawn,
            "--theme": self.theme is not None and not drawn,
            "--title": self.title is not None and not paged and "memo" not in forms,
        }
        for flag in (flag for flag, is_idle in idle.items() if is_idle):
            raise QuestionError(
                f"No output shows what {flag} asks for.",
                facts={"outputs": join_names(forms) or "none"},
                remedy="Write a page too: -o report.html or -o report.pdf; a note takes --title.",
            )

    def chosen(self, sections: Mapping[str, str]) -> dict[str, str]:
        """Return the headings of the sections to show, by id, in the order of the page.

        Args:
            sections: the headings of all that the page has.

        Raises: QuestionError for a section that the page does not have.
        """
        for wanted in self.sections:
            _refuse_unknown(wanted, sections)
        wanted_all = self.sections or tuple(sections)
        return {name: heading for name, heading in sections.items() if name in wanted_all}


PLAIN = PageOptions()


def with_data(sections: Mapping[str, str], needed: Mapping[str, object]) -> dict[str, str]:
    """Return the headings of the sections that have something to show.

    Args:
        needed: what a section cannot do without, by its id; empty or None leaves it out.
    """
    return {name: heading for name, heading in sections.items() if needed.get(name, True)}


def asked_for(
    *,
    title: str | None = None,
    theme: str | Path | None = None,
    sections: str | Sequence[str] | None = None,
    paper: str | None = None,
    one_page: bool | None = None,
) -> PageOptions:
    """Return how a page is to be set; None leaves it as it is.

    Args:
        theme: a file of CSS, at most ``THEME_LIMIT_BYTES``.
        sections: ids of sections, as a list or as text separated by commas.
        paper: the sheet it is set for, ``a4`` or ``letter``.
        one_page: set one sheet for a board instead of the whole page.

    Raises: QuestionError for a title or a section without text, a title too long, a style
        sheet that cannot be read, is too large or refers to something outside itself, an unknown
        paper, or sections of a single sheet.
    """
    if one_page and sections is not None:
        raise QuestionError(
            "A single sheet has no sections to choose from.",
            facts={"--sections": sections},
            remedy="Leave out --sections, or --one-page.",
        )
    return PageOptions(
        title=None if title is None else _titled(title),
        theme=None if theme is None else _read(Path(theme)),
        sections=() if sections is None else _parsed(sections),
        paper=None if paper is None else choose(paper, PAPERS, name="--paper"),
        is_one_page=bool(one_page),
    )


def _titled(raw: str) -> str:
    title = " ".join(raw.split())
    if not 0 < len(title) <= TITLE_LIMIT_COUNT:
        raise QuestionError(
            "The title is empty." if not title else "The title is too long.",
            facts={"characters": len(title), "at most": TITLE_LIMIT_COUNT},
            remedy="Give --title a line of text.",
        )
    return title


def _parsed(sections: str | Sequence[str]) -> tuple[str, ...]:
    texts = [sections] if isinstance(sections, str) else list(sections)
    names = [name.strip().casefold() for text in texts for name in text.split(",")]
    if not names or not all(names):
        raise QuestionError(
            "A section has no name.",
            facts={"--sections": ",".join(texts)},
            remedy="Give --sections ids separated by commas, such as headline,method.",
        )
    return tuple(dict.fromkeys(names))


def _read(path: Path) -> Theme:
    try:
        with _plain(path).open("rb") as file:
            content = file.read(THEME_LIMIT_BYTES + 1)
    except OSError as error:
        raise QuestionError(
            "The style sheet cannot be read.",
            facts={"path": path, "reason": error.strerror or error},
            remedy="Give --theme a CSS file.",
        ) from error
    if len(content) > THEME_LIMIT_BYTES:
        raise QuestionError(
            "The style sheet is too large.",
            facts={"path": path, "at most": f"{THEME_LIMIT_BYTES:,} bytes"},
            remedy="Keep to the rules that differ from the page's own.",
        )
    # a page's parser reads every line end as one character: the digest must see the same
    css = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if found := _unfit(css):
        raise QuestionError(
            "The style sheet does not stand on its own.",
            facts={"path": path, "it holds": join_names(found)},
            remedy="Take that out; an image or a font may be carried as url(data:…).",
        )
    return Theme(path.name, css)


def _unfit(css: str) -> list[str]:
    """Return what a style sheet may not hold."""
    # a style sheet may write any letter as an escape
    read = _ESCAPE.sub(_unescaped, css)
    found = [
        what for what, pattern in _UNFIT.items() if pattern.search(css) or pattern.search(read)
    ]
    if _depth(css) > _DEEPEST_COUNT:
        found.append("rules nested deeper than any browser needs")
    return found


def _plain(path: Path) -> Path:
    whole = absolute(path)
    if whole.exists() and not whole.is_file():
        raise OSError(errno.EINVAL, "it is no plain file")
    return whole


def _unescaped(found: re.Match[str]) -> str:
    """Return the letter that an escape of CSS stands for (CSS Syntax 3, 4.3.7)."""
    digits = found[1]
    if not digits:
        return found[2] or ""
    point = int(digits, 16)
    return chr(point) if 0 < point <= sys.maxunicode else "\ufffd"


def _depth(css: str) -> int:
    deepest = depth = 0
    for mark in re.findall(r"[{}()\[\]]", css):
        depth += 1 if mark in "{([" else -1
        deepest = max(deepest, depth)
    return deepest


def _refuse_unknown(wanted: str, known: Mapping[str, str]) -> None:
    if wanted not in known:
        facts = {"sections": join_names(known, at_most_count=30)}
        if close := nearest(wanted, known):
            facts["nearest"] = close
        raise QuestionError(
            f"The page has no section '{wanted}'.",
            facts=facts,
            remedy="Give --sections some of these ids; the page keeps its own order.",
        )
