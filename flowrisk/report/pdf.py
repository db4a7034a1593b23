"""A page → PDF, printed by the Chromium of this machine; an SVG → PNG, drawn by it. Nothing is
fetched."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError, TimeoutError  # noqa: A004 - the name of the house
from flowrisk.export.files import reproducible_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

VARIABLE = "FLOWRISK_CHROMIUM"
LIMIT_SECONDS = 120
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_UNHEADED = ("--no-pdf-header-footer", "--print-to-pdf-no-header")  # the new word and the old one
_SHEET = re.compile(rb"/Type\s*/Page\b")
_SIZE = re.compile(rb'<svg [^>]*\bwidth="(\d+)" height="(\d+)"')
_PNG, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_SCALE = 2
_DATE = re.compile(rb"(/(?:Creation|Mod)Date \(D:)\d{14}([^)]*\))")
_SAID_LENGTH = 200


def is_there() -> bool:
    """Whether this machine has a program that prints."""
    return _program() is not None


def browser(what: str = "PDF", instead: str = ".html and print it") -> str:
    """Return the program that prints: FLOWRISK_CHROMIUM, else the first Chromium on the path.

    Args:
        what: what it is needed for, and what can be had without it, for the message.

    Raises: QuestionError where there is none.
    """
    found = _program()
    if found is None:
        given = os.environ.get(VARIABLE)
        raise QuestionError(
            f"No Chromium was found to make the {what} with.",
            facts={"looked for": given or ", ".join(_PROGRAMS)},
            remedy=f"Install Chromium, name one in {VARIABLE}, or write {instead}.",
        )
    return found


def _program() -> str | None:
    given = os.environ.get(VARIABLE)
    return next(filter(None, map(shutil.which, [given] if given else _PROGRAMS)), None)


def to_pdf(page: bytes) -> bytes:
    """Return a page of ours as PDF; the same page gives the same bytes from the same Chromium.

    Raises: QuestionError where there is no Chromium, or it prints nothing; TimeoutError where it
        takes longer than ``LIMIT_SECONDS``.
    """
    content = _made(
        "PDF", (page, "page.html"), "page.pdf", (*_UNHEADED, "--print-to-pdf={}"),
        lambda found: found.startswith(b"%PDF") and found.rstrip().endswith(b"%%EOF"),
        instead=".html and print it",
    )  # fmt: skip
    stamp = f"{reproducible_timestamp():%Y%m%d%H%M%S}".encode()
    return _DATE.sub(rb"\g<1>" + stamp + rb"\g<2>", content)


def sheets_count(printed: bytes) -> int:
    """Return how many sheets a PDF of ours has."""
    return len(_SHEET.findall(printed))


def to_png(svg: bytes) -> bytes:
    """Return an SVG of ours, whose width and height are pixels, as PNG of twice its size.

    Raises: as ``to_pdf``.
    """
    size = _SIZE.search(svg)
    width, height = (int(size[1]), int(size[2])) if size else (0, 0)
    flags = ("--hide-scrollbars", f"--force-device-scale-factor={_SCALE}",
             f"--window-size={width},{height}", "--screenshot={}")  # fmt: skip
    wanted = b"".join((_SCALE * each).to_bytes(4, "big") for each in (width, height))
    return _made(
        "PNG", (svg, "chart.svg"), "chart.png", flags,
        lambda found: found.startswith(_PNG) and found[16:24] == wanted
        and found.endswith(_PNG_END),
        instead=".svg",
    )  # fmt: skip


def _made(
    what: str,
    source: tuple[bytes, str],
    target: str,
    flags: Sequence[str],
    is_whole: Callable[[bytes], bool],
    *,
    instead: str,
) -> bytes:
    """Return the file that a Chromium makes of another.

    Args:
        flags: those for this kind of file; ``{}`` stands for the file's path.
    """
    program = browser(what, instead)
    try:
        content, said = _printed(program, source, target, flags)
    except OSError as error:
        content, said = b"", error.strerror or str(error)
    if not is_whole(content):
        raise QuestionError(
            f"Chromium {'printed' if what == 'PDF' else 'drew'} no {what}.",
            facts={"program": program, "it said": said or "nothing"},
            remedy=f"Name another in {VARIABLE}, or write {instead}.",
        )
    return content


def _printed(
    program: str, source: tuple[bytes, str], made: str, flags: Sequence[str]
) -> tuple[bytes, str]:
    """Return what a program makes of a file, empty where nothing, and the last line it said."""
    content, name = source
    with tempfile.TemporaryDirectory(prefix="flowrisk-", ignore_cleanup_errors=True) as folder:
        path, target = Path(folder) / name, Path(folder) / made
        path.write_bytes(content)
        # a root user's Chromium starts only without its sandbox; the page holds no foreign code
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        said = _run([
            program, *_FLAGS, *(["--no-sandbox"] if is_root else []),
            f"--user-data-dir={folder}/profile", *(each.format(target) for each in flags),
            path.as_uri(),
        ])  # fmt: skip
        return (target.read_bytes() if target.exists() else b""), said


def _run(command: list[str]) -> str:
    """Run to the end or to the limit, children too; return the last line it said."""
    with subprocess.Popen(  # noqa: S603 - the user's own browser, our own page
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:  # fmt: skip
        try:
            _, said = process.communicate(timeout=LIMIT_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(
                "Chromium did not print in time.",
                facts={"seconds": LIMIT_SECONDS, "program": command[0]},
                remedy="Try again, or write .html and print it, and charts as .svg.",
            ) from error
        finally:
            _end(process)
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1][:_SAID_LENGTH] if lines else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what still runs of a program and its children, which share its session."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
