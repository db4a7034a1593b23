"""How a command ends: exit codes, and what goes to stderr. stdout is data and stays empty on
failure."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING

from flowrisk import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowrisk.domain import Finding


OUR_FAULT = 1
INTERRUPTED = 130
TERMINATED = 143
EXIT_CODES: dict[type[errors.FlowriskError], int] = {
    errors.ModelError: OUR_FAULT,
    errors.QuestionError: 2,
    errors.DataError: 3,
    errors.TimeoutError: 4,
    errors.QualityError: 5,
}
_FOR_PEOPLE, _NO_TEXT = ("table", "vertical", "markdown"), ("parquet", "xlsx")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
_RED, _YELLOW, _PLAIN = "\033[31m", "\033[33m", "\033[0m"


class Reporter:
    """What a command says beside its result, on stderr."""

    def __init__(self) -> None:
        self.is_quiet = False
        self.is_verbose = False
        self.is_debug = False
        self.is_unpaged = False
        self.color = "auto"

    def say(self, line: str) -> None:
        """Print a line of progress or information."""
        if not self.is_quiet:
            print_error(errors.printable(line))

    def warn(self, findings: Iterable[Finding]) -> None:
        """Print each quality warning on one line; notes and remedies under --verbose."""
        for finding in findings:
            if finding.severity == "warn" or self.is_verbose:
                label = "warning" if finding.severity == "warn" else "note"
                if not self.is_quiet:
                    told = errors.printable(f": {finding.code}: {finding.message}")
                    print_error(told, label=self._colored(label, _YELLOW))
                if self.is_verbose:
                    self.say(f"  {finding.remedy}")

    def fail(self, error: errors.FlowriskError) -> int:
        """Print a refusal and return its exit code."""
        if self.is_debug:
            print_error("".join(traceback.format_exception(error)))
        print_error(f": {error}", label=self._colored("error", _RED))
        return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))

    def wants_color(self, *, is_terminal: bool) -> bool:
        """Whether a stream is to be coloured: as --color says, else NO_COLOR, else FORCE_COLOR,
        else where a terminal shows colours."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR"):
            return True
        return is_terminal and os.environ.get("TERM") != "dumb"

    def _colored(self, text: str, color: str) -> str:
        is_wanted = self.wants_color(is_terminal=_is_terminal())
        return f"{color}{text}{_PLAIN}" if is_wanted else text


reporter = Reporter()


def print_error(text: str, *, label: str = "") -> None:
    """Print a text on stderr, where there is one: nothing in it steers a terminal but the colours
    of its label, which are ours."""
    if sys.stderr is not None:
        print(label + errors.printable_lines(text), file=sys.stderr)


def emit(content: bytes, form: str = "table") -> None:
    """Write a result to stdout; a reader that has had enough, or none at all, is no error.

    Nothing in a form for people steers a terminal; a form for programs is written as it is, unless
    a terminal is what reads it.

    Raises: QuestionError if stdout cannot take it (a full disk).
    """
    if sys.stdout is None:
        return
    is_shown = form in _FOR_PEOPLE or (form not in _NO_TEXT and sys.stdout.isatty())
    if is_shown:
        content = errors.printable_lines(content.decode()).encode()
    emit_laid(content)


def emit_laid(content: bytes) -> None:
    """Write to stdout what steers no terminal, but for colours of ours.

    Raises: QuestionError as ``emit``.
    """
    if sys.stdout is None:
        return
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _discard_stdout()
    except OSError as error:
        _discard_stdout()
        raise _unusable_output(error) from error


def exit_now(code: int) -> None:
    """End the process at once.

    Interpreter teardown is skipped: there the DuckDB binding prints notes about its own
    references.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def _unusable_output(error: OSError) -> errors.QuestionError:
    return errors.QuestionError(
        "The output cannot be written.",
        facts={"to": error.filename or "stdout", "reason": error.strerror or error},
        remedy="Make room, or write to another place.",
    )


def _unusable_file(error: OSError) -> errors.QuestionError:
    """Return the refusal of a file that the system does not give: to write, where there is no room,
    else to read or write."""
    if error.errno in _NO_ROOM or error.filename is None:
        return _unusable_output(error)
    return errors.QuestionError(
        "A file cannot be used.",
        facts={"path": error.filename, "reason": error.strerror or error},
        remedy="Check the path, and that you may read or write there.",
    )


def _discard_stdout() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def exit_code_of(run: Callable[[], object]) -> int:  # noqa: PLR0911 - one for each way to end
    """Run a command and return its exit code, every failure said in words."""
    from typer import Abort
    from typer.exceptions import TyperException

    try:
        code = run()
    except errors.FlowriskError as error:
        return reporter.fail(error)
    except TyperException as error:
        return _misspelt(error)
    except (KeyboardInterrupt, Abort):
        print_error("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        return 0
    except SystemExit as ending:
        # the library ends this way where the reader of its help has had enough
        return TERMINATED if ending.code == TERMINATED else 0
    except (UnicodeError, RecursionError, MemoryError) as error:
        return reporter.fail(_beyond(error))
    except OSError as error:
        return reporter.fail(_unusable_file(error))
    except BaseException as error:  # noqa: BLE001 - the last line of defence, panics of engines too
        return _our_fault(error)
    if code == INTERRUPTED:
        print_error("interrupted")
    return code if isinstance(code, int) else 0


def _beyond(error: Exception) -> errors.FlowriskError:
    """Return the refusal of what is no text, or larger or deeper than can be held."""
    kinds = {
        UnicodeError: ("A text of the call or of a file is not UTF-8.", "Write it in UTF-8."),
        RecursionError: ("What was given nests too deeply.", "Simplify it."),
        MemoryError: ("This needs more memory than there is.", "Ask for less, or split the file."),
    }
    problem, remedy = next(told for kind, told in kinds.items() if isinstance(error, kind))
    return errors.QuestionError(problem, facts={"reason": error}, remedy=remedy)


def end_when_told() -> None:
    """Have a request to end (TERM, HUP) leave nothing half-written, as Ctrl-C does."""

    def end(*_: object) -> None:
        raise SystemExit(TERMINATED)

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)


def _misspelt(error: Exception) -> int:
    """Let the command-line library say what is wrong with the words of the call."""
    show, code = getattr(error, "show", None), getattr(error, "exit_code", 2)
    if show is None:
        print_error(f"error: {error}")
    else:
        told = io.StringIO()
        show(file=told)
        print_error(told.getvalue().rstrip())
    return int(code)


def _our_fault(error: BaseException) -> int:
    if reporter.is_debug:
        print_error("".join(traceback.format_exception(error)))
    print_error(
        f"error: flowrisk failed on its own account: {type(error).__name__}: {error}\n"
        "Please report it; --debug shows where."
    )
    return OUR_FAULT
