"""Where a person types: prompt_toolkit where it is installed (history, completion, multi-line),
else the standard library's line editing."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_PROMPT, _MORE = "flowrisk> ", "     ...> "
# what a completed word may hold: marts.outflows is one word
_WORD = r"[\w.]+"

Reader = Callable[[], str]


def entries(words: Sequence[str], is_complete: Callable[[str], bool]) -> Iterator[str]:
    """Yield what a person types, entry by entry, until the end of input.

    Args:
        words: what completion offers.
        is_complete: whether a text is an entry, or goes on in the next line.
    """
    try:
        read = _toolkit(words, is_complete)
    except ImportError:
        read = _plain(is_complete)
    while True:
        try:
            entry = read()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if entry.strip():
            yield entry


def history_file() -> Path | None:
    """Return the file that keeps what was typed, or None where there can be none."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state")
    path = state / "flowrisk" / "history"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return None
    return path


def _toolkit(words: Sequence[str], is_complete: Callable[[str], bool]) -> Reader:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory, InMemoryHistory
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    keys = KeyBindings()

    def enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_complete(buffer.text) or not buffer.text.strip():
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n")

    keys.add("enter")(enter)
    path = history_file()
    session: PromptSession[str] = PromptSession(
        _PROMPT,
        multiline=True,
        key_bindings=keys,
        prompt_continuation=_MORE,
        history=FileHistory(path) if path else InMemoryHistory(),
        completer=WordCompleter(list(words), ignore_case=True, pattern=re.compile(_WORD)),
        complete_while_typing=False,
    )
    return lambda: str(session.prompt())


def _plain(is_complete: Callable[[str], bool]) -> Reader:
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - line editing comes with the import

    def read() -> str:
        text = input(_PROMPT)
        while text.strip() and not is_complete(text):
            text += "\n" + input(_MORE)
        return text

    return read
