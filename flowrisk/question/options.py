"""One option: the facts from which its flag, variable, file key, keyword, help and docs row come.

Owns the kinds of values an option takes and how each is read from text, a number or a table. Says
nothing about the command line: ``cli`` builds its parameters from these facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    import datetime as dt

# ``parsing`` and the nouns are imported where a value is read: the help of a command reads none
Parse = Callable[[Any, str], object]
"""Reads a value given for a flag; the flag is named where the value cannot be used."""
QUESTION, METHOD, DATA, OUTPUT = "Question", "Method", "Data", "Output"
GROUPS = (QUESTION, METHOD, DATA, OUTPUT)


def text(value: str, flag: str) -> str:
    """Read a text as it stands."""
    del flag
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


class Option(NamedTuple):
    """One value that can be given.

    Args:
        name: key in flowrisk.toml and keyword in Python; the flag and the variable follow from it.
        metavar: what stands for the value in the help.
        help: one sentence; the default is added to it.
        group: under which heading of the help it stands, one of ``GROUPS``.
        unit: unit of the value in the outputs.
        example: a value, as it would be typed.
        default: as it would be typed; None = nothing.
        basis: how the default is known, such as ``judged``; empty for what is merely asked.
        source: what the default rests on, in words.
        default_is: the default in words, where it is no value.
        parse: how a value is read.
        spellings: further flags.
        completes: the name of the list that its words come from, for the completion of shells.
        kind: what the command line hands over: a text, a path, or a switch (bool).
        is_repeatable: whether repeating the flag adds.
        is_common: whether the short help names it.
    """

    name: str
    metavar: str
    help: str
    group: str
    unit: str = ""
    example: str = ""
    default: object = None
    default_is: str = ""
    basis: str = ""
    source: str = ""
    parse: Parse = text
    spellings: tuple[str, ...] = ()
    completes: str = ""
    kind: type = str
    is_repeatable: bool = False
    is_common: bool = False

    @property
    def flag(self) -> str:
        """The flag of the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"FLOWRISK_{self.name.upper()}"

    @property
    def default_text(self) -> str:
        """The default as a reader is told it, empty where there is none."""
        if isinstance(self.default, float):
            return f"{self.default:.6g}"
        return self.default_is or ("" if self.default is None else str(self.default))

    @property
    def example_text(self) -> str:
        """A value to show: the example, else the default, else what stands for a value."""
        default = "" if self.default is None else self.default_text
        return self.example or default or self.metavar

    @property
    def told(self) -> str:
        """The help, and the default."""
        return f"{self.help} [default: {self.default_text}]" if self.default_text else self.help

    def parsed(self, value: object) -> object:
        """Return a value as the question holds it.

        Raises: QuestionError if it cannot be used.
        """
        try:
            return self.parse(value, self.flag)
        except (TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise QuestionError(
                f"The value of {self.flag} has the wrong type.",
                facts={"value": repr(value)},
                remedy="Give text, a number or a list of texts, as the flag takes them.",
            ) from error


def option(name: str, metavar: str, help: str, group: str, **facts: Any) -> Any:  # noqa: A002, ANN401
    """Return a field of a question with the option that gives it its value."""
    made = Option(name=name, metavar=metavar, help=help, group=group, **facts)
    return field(metadata={"option": made})


def date(value: str | dt.date, flag: str) -> dt.date:
    """Read a day."""
    from flowrisk.question import parsing

    return parsing.parse_date(value, name=flag)


def read_by(function: str, module: str = "parsing") -> Parse:
    """Read with a function of ``parsing``, or of a module beside it, that names its flag itself."""

    def parse(value: object, flag: str) -> object:
        del flag
        return getattr(import_module(f"flowrisk.question.{module}"), function)(value)

    return parse


def names(value: Any, flag: str) -> tuple[str, ...]:  # noqa: ANN401 - text or a list of texts
    """Read names separated by commas."""
    from flowrisk.question import parsing

    return parsing.parse_names(value, name=flag)


def one_of(words: str) -> Parse:
    """Read one of the words of the domain under this name, such as ``METHODS``."""

    def parse(value: object, flag: str) -> object:
        from flowrisk import domain
        from flowrisk.question import parsing

        return parsing.choose(str(value), getattr(domain, words), name=flag)

    return parse


def ratio(low: float = 0, high: float = 1, *, is_high_inside: bool = False) -> Parse:
    """Read a ratio strictly between two bounds, such as 0.2 or 20%; ``high`` may be inside."""

    def parse(value: object, flag: str) -> float:
        number = any_ratio(value, flag)
        if not (low < number < high or (is_high_inside and number == high)):
            ends = (
                f"above {low:g} and at most" if is_high_inside else f"strictly between {low:g} and"
            )
            raise QuestionError(
                f"The value of {flag} is not {ends} {high:g}.",
                facts={"value": value},
                remedy=f"Give {flag} as a ratio or in percent: 0.2 is 20%.",
            )
        return number

    return parse


def ends(at_most: float) -> Parse:
    """Read a ratio with its ends, ``LOW:CENTRAL:HIGH``, or one ratio that stands for all three."""

    def parse(value: object, flag: str) -> tuple[float, float, float]:
        parts = value if isinstance(value, list | tuple) else str(value).split(":")
        ratios = [any_ratio(part, flag) for part in parts]
        low, central, high = ratios if len(ratios) == 3 else (ratios * 3)[:3]  # noqa: PLR2004
        if len(ratios) not in (1, 3) or not 0 < low <= central <= high <= at_most:
            raise QuestionError(
                f"The value of {flag} is no rising LOW:CENTRAL:HIGH above 0 and at most "
                f"{at_most:g}.",
                facts={"value": value},
                remedy=f"Write {flag} as ratios or in percent: 0.7:0.9:1.2, or one for all three.",
            )
        return low, central, high

    return parse


def any_ratio(value: object, flag: str) -> float:
    """Read a ratio whose range is judged where it is used."""
    from flowrisk.question import parsing

    return parsing.parse_ratio(_plain(value), name=flag)


def whole(at_most: int, *, at_least: int = 1) -> Parse:
    """Read a whole number."""

    def parse(value: object, flag: str) -> int:
        from flowrisk.question import parsing

        number = parsing.parse_amount(_plain(value), name=flag)
        if number != int(number) or not at_least <= number <= at_most:
            raise QuestionError(
                f"The value of {flag} is not a whole number from {at_least} to {at_most}.",
                facts={"value": value},
                remedy=f"Give {flag} a whole number.",
            )
        return int(number)

    return parse


def pairs(shape: str, example: str, *, of: str) -> Parse:
    """Read values by name, such as ``msci=40%``.

    Args:
        shape: how a pair is written, and an example of it, for messages.
        of: ``amounts``, ``ratios``, or ``prices`` (above 0).
    """

    def parse(value: object, flag: str) -> object:
        from flowrisk.question import parsing

        readers: Mapping[str, Callable[..., object]] = {
            "amounts": parsing.parse_numbers, "ratios": parsing.parse_ratios,
            "prices": parsing.parse_prices,
        }  # fmt: skip
        return readers[of](_pairs(value), name=flag, shape=shape, example=example)

    return parse


def _pairs(value: Any) -> Any:  # noqa: ANN401 - a mapping, text, or a list of texts
    """Refuse a bare number of a file or a call as the flag would: it is no pair."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def _plain(value: object) -> str | float:
    return value if isinstance(value, int | float) else str(value)
