"""Named parameters of ad-hoc SQL: read from text, typed, matched against what the SQL names.

A value is only ever bound; nothing here builds SQL from it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from flowrisk.errors import QuestionError, join_names, nearest

Value = str | int | float | bool | dt.date | None | Sequence["Value"]
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_INTEGER = re.compile(r"[+-]?(0|[1-9]\d{0,17})")
_NUMBER = re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+(\.\d*)?e[+-]?\d+)", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse(given: Iterable[str]) -> dict[str, Value]:
    """Return parameters given as ``name=value`` or ``name:type=value``, typed.

    Without a type the text decides: ``true``, ``12``, ``1.5`` and ``2025-11-20`` are what they
    look like, everything else is text; numbers with leading zeros stay text.

    Raises: QuestionError for an unusable name, a name given twice, an unknown type or a value
        that is not of its type.
    """
    values: dict[str, Value] = {}
    for text in given:
        head, equals, value = text.partition("=")
        name, colon, kind = head.partition(":")
        if not equals:
            raise QuestionError(
                "A parameter has no value.",
                facts={"given": text},
                remedy="Give --param name=value, such as --param ticker=MSTR.",
            )
        if name in values:
            raise QuestionError(f"The parameter '{name}' is given twice.", remedy="Give it once.")
        values[name] = _typed(name, kind, value) if colon else _guessed(value)
    return checked(values)


def checked(values: Mapping[str, Value]) -> dict[str, Value]:
    """Return the parameters after refusing names and values that cannot be bound.

    Raises: QuestionError naming the parameter.
    """
    for name, value in values.items():
        if not _NAME.fullmatch(name):
            raise QuestionError(
                f"'{name}' is no name for a parameter.",
                remedy="Use lower-case letters, digits and '_', a letter first.",
            )
        cells = value if isinstance(value, list | tuple) else [value]
        if not all(each is None or isinstance(each, _BOUND) for each in cells):
            raise QuestionError(
                f"The parameter '{name}' has a type that cannot be bound.",
                facts={"type": type(value).__name__},
                remedy="Give text, a number, true or false, a date, or a list of them.",
            )
    return dict(values)


def match(values: Mapping[str, Value], named: Iterable[str]) -> None:
    """Refuse parameters that the SQL names and nobody gave, or that it does not name.

    Args:
        named: the names the SQL reads, as ``$name`` or ``getvariable('name')``.

    Raises: QuestionError with the nearest name.
    """
    wanted = set(named)
    lacking, unused = sorted(wanted - values.keys()), sorted(values.keys() - wanted)
    if not lacking and not unused:
        return
    facts: dict[str, object] = {}
    if lacking:
        facts["without a value"] = join_names(lacking)
    if unused:
        facts["not in the SQL"] = join_names(unused)
    close = nearest(unused[0], wanted) if unused else nearest(lacking[0], values)
    if close:
        facts["nearest"] = close
    raise QuestionError(
        "The parameters given are not those of the SQL.",
        facts=facts,
        remedy="Name each as $name in the SQL and give it with --param name=value.",
    )


def _typed(name: str, kind: str, text: str) -> Value:
    if kind not in _KINDS:
        facts: dict[str, object] = {"known": join_names(_KINDS)}
        if close := nearest(kind, _KINDS):
            facts["nearest"] = close
        raise QuestionError(
            f"There is no parameter type '{kind}'.",
            facts=facts,
            remedy="Use one of the known types, or none: then the text decides.",
        )
    try:
        return _KINDS[kind](text)
    except (ValueError, KeyError) as error:
        raise QuestionError(
            f"The parameter '{name}' is not of its type.",
            facts={"type": kind, "value": text},
            remedy="Correct the value, or give it as text.",
        ) from error


def _guessed(text: str) -> Value:
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _DAY.fullmatch(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


_BOUND = (str, int, float, dt.date)
_TRUTHS = {"true": True, "false": False}
_KINDS: dict[str, Callable[[str], Value]] = {
    "text": str,
    "integer": _integer,
    "number": float,
    "boolean": _TRUTHS.__getitem__,
    "date": dt.date.fromisoformat,
    "list": lambda text: [each.strip() for each in text.split(",")],
}
