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

from flowrisk.errors import QuestionError, TimeoutError  # noqa: A004 - the name of the house
from flowrisk.export.files import reproducible_timestamp

VARIABLE = "FLOWRISK_CHROMIUM"
LIMIT_SECONDS = 120
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless", "--disable-gpu", "--no-first-run", "--disable-extensions",
    "--no-pdf-header-footer", "--print-to-pdf-no-header",  # the new word and the old one
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_DATE = re.compile(rb"(/(?:Creation|Mod)Date \(D:)\d{14}([^)]*\))")
_SAID_LENGTH = 200


def browser() -> str:
    """Return the program that prints: FLOWRISK_CHROMIUM, else the first Chromium on the path.

    Raises: QuestionError where there is none.
    """
    given = os.environ.get(VARIABLE)
    found = next(filter(None, map(shutil.which, [given] if given else _PROGRAMS)), None)
    if found is None:
        raise QuestionError(
            "No Chromium was found to print the PDF with.",
            facts={"looked for": given or ", ".join(_PROGRAMS)},
            remedy=f"Install Chromium, name one in {VARIABLE}, or write .html and print it.",
        )
    return found


def to_pdf(page: bytes) -> bytes:
    """Return a page of ours as PDF; the same page gives the same bytes from the same Chromium.

    Raises: QuestionError where there is no Chromium, or it prints nothing; TimeoutError where it
        takes longer than ``LIMIT_SECONDS``.
    """
    program = browser()
    try:
        content, said = _printed(program, page)
    except OSError as error:
        content, said = b"", error.strerror or str(error)
    if not (content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")):
        raise QuestionError(
            "Chromium printed no PDF.",
            facts={"program": program, "it said": said or "nothing"},
            remedy=f"Name another in {VARIABLE}, or write .html and print it.",
        )
    stamp = f"{reproducible_timestamp():%Y%m%d%H%M%S}".encode()
    return _DATE.sub(rb"\g<1>" + stamp + rb"\g<2>", content)


def _printed(program: str, page: bytes) -> tuple[bytes, str]:
    """Return what a program prints of a page, empty where nothing, and the last line it said."""
    with tempfile.TemporaryDirectory(prefix="flowrisk-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_bytes(page)
        # a root user's Chromium starts only without its sandbox; the page holds no foreign code
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        said = _run([
            program, *_FLAGS, *(["--no-sandbox"] if is_root else []),
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri(),
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
                "Chromium did not print the page in time.",
                facts={"seconds": LIMIT_SECONDS, "program": command[0]},
                remedy="Try again, or write .html and print it.",
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
