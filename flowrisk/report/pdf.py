"""A page → PDF, printed by the Chromium of this machine. Nothing is fetched."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING

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
    content = made_by_browser(
        "PDF",
        page,
        (*_UNHEADED, "--print-to-pdf={}"),
        lambda found: found.startswith(b"%PDF") and found.rstrip().endswith(b"%%EOF"),
        instead=".html and print it",
    )
    stamp = f"{reproducible_timestamp():%Y%m%d%H%M%S}".encode()
    return _DATE.sub(rb"\g<1>" + stamp + rb"\g<2>", content)


def sheets_count(printed: bytes) -> int:
    """Return how many sheets a PDF of ours has."""
    return len(_SHEET.findall(printed))


def made_by_browser(
    what: str,
    page: bytes,
    flags: Sequence[str],
    is_whole: Callable[[bytes], bool],
    *,
    instead: str,
) -> bytes:
    """Return what a Chromium makes of a page of ours.

    Args:
        what: what is made, and what can be had ``instead``, for messages.
        flags: those that make it; ``{}`` stands for the path of the file, without it what the
            program prints is taken.
        is_whole: whether what was made is all of it.

    Raises: QuestionError where there is no Chromium, or it makes nothing whole; TimeoutError where
        it takes longer than ``LIMIT_SECONDS``.
    """
    program = browser(what, instead)
    try:
        content, said = _printed(program, page, flags)
    except OSError as error:
        content, said = b"", error.strerror or str(error)
    if not is_whole(content):
        raise QuestionError(
            f"Chromium {'printed' if what == 'PDF' else 'drew'} no {what}.",
            facts={"program": program, "it said": said or "nothing"},
            remedy=f"Name another in {VARIABLE}, or write {instead}.",
        )
    return content


def _printed(program: str, page: bytes, flags: Sequence[str]) -> tuple[bytes, str]:
    """Return what a program makes of a page, empty where nothing, and the last line it said."""
    with tempfile.TemporaryDirectory(prefix="flowrisk-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "made"
        source.write_bytes(page)
        asked = [each.format(target) for each in flags]
        # a root user's Chromium starts only without its sandbox; the page holds no foreign code
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        command = [
            program, *_FLAGS, *(["--no-sandbox"] if is_root else []),
            f"--user-data-dir={folder}/profile", *asked, source.as_uri(),
        ]  # fmt: skip
        with open(os.devnull if asked != [*flags] else target, "wb") as printed:  # noqa: PTH123 - a device too
            said = _run(command, printed)
        return (target.read_bytes() if target.exists() else b""), said


def _run(command: list[str], printed: IO[bytes]) -> str:
    """Run to the end or to the limit, children too; return the last line it said."""
    with subprocess.Popen(  # noqa: S603 - the user's own browser, our own page
        command, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.PIPE,
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
