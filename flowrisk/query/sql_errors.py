"""What DuckDB says about someone's SQL, said in terms of that SQL: what is wrong, at which line
and column, and which name was probably meant. Never runs anything."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from flowrisk import errors
from flowrisk.dataset import sql_models
from flowrisk.dataset.contract import tables
from flowrisk.dataset.warehouse import QUESTION_TABLES
from flowrisk.errors import QuestionError, nearest
from flowrisk.query import answered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"\w+(\.\w+)+")
_COLUMN = re.compile(r'[Cc]olumn (?:named )?"([^"]+)".*Candidate bindings:(.*)', re.DOTALL)
_TABLE = re.compile(r'(?:Table|View) with name "?([\w.]+)"? does not exist')
_REMEDY = "Correct the SQL; 'flowrisk tables' lists the views and 'flowrisk tables NAME' columns."
_LESS = "Ask for less, or allow more with --memory (such as --memory 8GB)."
_SHOWN_LENGTH = 120
_MOST_DIGITS_COUNT = 9
OUT_OF_MEMORY = "the query needs more memory than it may have"


def refused(message: str, sql: str) -> QuestionError:
    """Return the refusal of one DuckDB error.

    Args:
        message: DuckDB's message with ``errors_as_json`` on, or its plain text.
        sql: the user's own text, which the position in the message counts in.
    """
    details = _details(message)
    reason = re.sub(r"\s+", " ", details["exception_message"]).strip()
    facts: dict[str, object] = {"reason": reason, **_mended(details, sql)}
    is_too_large = facts["reason"] == OUT_OF_MEMORY
    return QuestionError(
        "The SQL could not be answered.",
        facts={**facts, **_place(details, sql)},
        remedy=_LESS if is_too_large else _REMEDY,
    )


def overrun(timeout_s: float) -> errors.TimeoutError:
    """Return the refusal of a query that is out of time."""
    return errors.TimeoutError(
        f"The query did not finish within {timeout_s:g} s.",
        remedy="Ask for less, or raise --timeout.",
    )


def _details(message: str) -> dict[str, str]:
    """Return what the engine says in parts; the SQL itself can have it say anything."""
    start = message.find("{")
    try:
        found = json.loads(message[start:]) if start >= 0 else {}
    except (ValueError, RecursionError):
        found = {}
    said = {name: text for name, text in found.items() if isinstance(text, str)}
    return said if "exception_message" in said else {"exception_message": message}


def _position(details: Mapping[str, str]) -> int:
    """Return the byte of the SQL that is meant, -1 where none is."""
    stated = details.get("position", "")
    is_number = stated.isascii() and stated.isdigit() and len(stated) <= _MOST_DIGITS_COUNT
    return int(stated) if is_number else -1


def _mended(details: Mapping[str, str], sql: str) -> dict[str, object]:
    """Return the reason in our words and the nearest name, where a name is what is wrong."""
    text = details["exception_message"]
    if details.get("exception_type") == "Out of Memory":
        return {"reason": OUT_OF_MEMORY}
    if missing := _TABLE.search(text):
        return _missing_view(_written(details, sql) or missing[1])
    if missing := _COLUMN.search(text):
        candidates = re.findall(r'"([^"]+)"', missing[2])
        reason = f"there is no column '{missing[1]}' in what the SQL reads there"
        home = answered.home(missing[1].rpartition(".")[2])
        return (
            {"reason": reason, "added in Python": f"it is in {home}"} if home
            else _with_nearest(reason, missing[1], candidates)
        )  # fmt: skip
    if details.get("error_subtype") == "MISSING_ENTRY" and {"type", "name"} <= details.keys():
        candidates = [*details.get("candidates", "").split(","), *sql_models.macros()]
        reason = f"there is no {details['type'].lower()} '{details['name']}'"
        return _with_nearest(reason, details["name"], candidates)
    return {}


def _with_nearest(reason: str, name: str, known: Iterable[str]) -> dict[str, object]:
    close = nearest(name, known)
    return {"reason": reason, **({"nearest": close} if close else {})}


def _missing_view(name: str) -> dict[str, object]:
    known = [
        *reversed([model for model in sql_models.models() if not model.startswith("checks.")]),
        *(f"raw.{table}" for table in tables()),
        *(f"scenario.{table}" for table in QUESTION_TABLES),
        *(f"{answered.SCHEMA}.{table}" for table in answered.NAMES),
    ]
    reason = f"there is no view '{name}'"
    if "." in name:
        return _with_nearest(reason, name, known)
    by_bare_name = {each.split(".")[1]: each for each in reversed(known)}
    close = nearest(name, by_bare_name)
    return {"reason": reason, **({"nearest": by_bare_name[close]} if close else {})}


def _written(details: Mapping[str, str], sql: str) -> str | None:
    """Return the name as the user wrote it, schema and all."""
    position = _position(details)
    at_place = sql.encode()[position:].decode(errors="ignore") if position >= 0 else ""
    found = _NAME.match(at_place)
    return found[0] if found else None


def _place(details: Mapping[str, str], sql: str) -> dict[str, object]:
    """Return the line and column the position means; DuckDB counts bytes."""
    text = sql.encode()
    position = _position(details)
    if not 0 <= position <= len(text):
        return {}
    before = text[:position].decode(errors="ignore")
    line_number, column = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
    line = (sql.split("\n")[line_number - 1]).rstrip()
    start = max(0, column - _SHOWN_LENGTH // 2)
    shown = ("…" if start else "") + line[start : start + _SHOWN_LENGTH]
    return {"at": f"line {line_number}: {shown}", "column": column + 1}
