"""How a command ends: exit codes, and what goes to stderr. stdout is data and stays empty on
failure."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from typing import TYPE_CHECKING

from flowrisk import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flowrisk.domain import Finding


OUR_FAULT = 1
INTERRUPTED = 130
EXIT_CODES: dict[type[errors.FlowriskError], int] = {
    errors.ModelError: OUR_FAULT,
    errors.QuestionError: 2,
    errors.DataError: 3,
    errors.TimeoutError: 4,
    errors.QualityError: 5,
}
_RED, _YELLOW, _PLAIN = "\033[31m", "\033[33m", "\033[0m"


class Reporter:
    """What a command says beside its result, on stderr."""

    def __init__(self) -> None:
        self.is_quiet = False
        self.is_verbose = False
        self.is_debug = False
        self.color = "auto"

    def say(self, line: str) -> None:
        """Print a line of progress or information."""
        if not self.is_quiet:
            print_error(line)

    def warn(self, findings: Iterable[Finding]) -> None:
        """Print each quality warning on one line; notes and remedies under --verbose."""
        for finding in findings:
            if finding.severity == "warn" or self.is_verbose:
                head = self._colored("warning" if finding.severity == "warn" else "note", _YELLOW)
                self.say(f"{head}: {finding.code}: {finding.message}")
                if self.is_verbose:
                    self.say(f"  {finding.remedy}")

    def fail(self, error: errors.FlowriskError) -> int:
        """Print a refusal and return its exit code."""
        if self.is_debug:
            traceback.print_exception(error)
        print_error(f"{self._colored('error', _RED)}: {error}")
        return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))

    def _colored(self, text: str, color: str) -> str:
        wanted = {"always": True, "never": False}.get(
            self.color, _is_terminal() and "NO_COLOR" not in os.environ
        )
        return f"{color}{text}{_PLAIN}" if wanted else text


reporter = Reporter()


def print_error(line: str) -> None:
    """Print a line on stderr, where there is one."""
    if sys.stderr is not None:
        print(line, file=sys.stderr)


def emit(content: bytes) -> None:
    """Write a result to stdout; a reader that has had enough, or none at all, is no error.

    Raises: QuestionError if stdout cannot take it (a full disk).
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
    except (BrokenPipeError, SystemExit):
        # the library ends this way where the reader of its help has had enough
        return 0
    except OSError as error:
        return reporter.fail(_unusable_output(error))
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback for users
        return _our_fault(error)
    if code == INTERRUPTED:
        print_error("interrupted")
    return code if isinstance(code, int) else 0


def _misspelt(error: Exception) -> int:
    """Let the command-line library say what is wrong with the words of the call."""
    show, code = getattr(error, "show", None), getattr(error, "exit_code", 2)
    if show is None:
        print_error(f"error: {error}")
    else:
        show()
    return int(code)


def _our_fault(error: Exception) -> int:
    if reporter.is_debug:
        traceback.print_exception(error)
    print_error(
        f"error: flowrisk failed on its own account: {type(error).__name__}: {error}\n"
        "Please report it; --debug shows where."
    )
    return OUR_FAULT
