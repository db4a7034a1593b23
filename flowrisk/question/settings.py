"""Where each value of a question comes from: flag, environment, flowrisk.toml or default.

Owns the precedence; the winner is recorded and shown on every output. What can be given is
``question``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from flowrisk.errors import QuestionError, join_names, nearest
from flowrisk.question.question import Question, options_by_field
from flowrisk.question.risk import RiskQuestion
from flowrisk.question.scenario import ScenarioQuestion
from flowrisk.question.screen import ScreenQuestion

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from flowrisk.question.options import Option

Asked = TypeVar("Asked", bound=Question)


def _options(kind: type[Question], *, beside: Mapping[str, Option]) -> dict[str, Option]:
    found = {each.name: each for each in options_by_field(kind).values()}
    return {name: each for name, each in found.items() if name not in beside}


# settings of flowrisk.toml that belong to no question
_OF_NO_QUESTION = ("data", "contact")
SETTINGS = _options(Question, beside={})
SCENARIO = _options(ScenarioQuestion, beside=SETTINGS)
RISK = _options(RiskQuestion, beside=SETTINGS)
SCREEN = _options(ScreenQuestion, beside=SETTINGS)
FIELDS = {
    each.name: field
    for kind in (Question, ScenarioQuestion, RiskQuestion, ScreenQuestion)
    for field, each in options_by_field(kind).items()
}
"""The field of each option, which is its name in the JSON: with the suffix of its unit."""


def resolve(
    kind: type[Asked],
    given: Mapping[str, object],
    *,
    environment: Mapping[str, str],
    files: Sequence[tuple[str, Mapping[str, object]]],
) -> Asked:
    """Return the question with every value parsed, and who set it beside it.

    Args:
        kind: ``Question``, or that of one command, which asks more.
        given: values by option; None and empty lists count as not given. ``preset`` names
            a table ``[presets.NAME]`` of one of the files, which comes right after the flags.
        environment: ``FLOWRISK_*`` variables are read from here.
        files: (label, settings of a flowrisk.toml), the first that names a setting wins; they may
            name the settings of every command.

    Raises: QuestionError for an unusable value or an unknown setting.
    """
    wanted = options_by_field(kind)
    everything = {**SETTINGS, **SCENARIO, **RISK, **SCREEN}
    _refuse_unknown("the call", given, {each.name for each in wanted.values()})
    for label, table in files:
        _refuse_unknown(label, table, {*everything, "presets"})
    named = (given.get("preset"), environment.get("FLOWRISK_PRESET"),
             *(table.get("preset") for _, table in files))  # fmt: skip
    label, preset = _preset(next((name for name in named if name is not None), None), files)
    _refuse_unknown(label, preset, everything)
    values: dict[str, Any] = {}
    set_by: dict[str, str] = {}
    for field, each in wanted.items():
        values[field], set_by[each.name] = _resolved(each, [
            (each.flag, given.get(each.name)),
            (label, preset.get(each.name)),
            (each.variable, environment.get(each.variable)),
            *((file, table.get(each.name)) for file, table in files),
        ])  # fmt: skip
    return kind(**values, set_by=set_by)


def _preset(
    wanted: object, files: Sequence[tuple[str, Mapping[str, object]]]
) -> tuple[str, Mapping[str, object]]:
    """Return the label and the settings of the preset asked for, empty where none is.

    Raises: QuestionError for an unknown one, naming the nearest.
    """
    if wanted is None:
        return "no preset", {}
    tables = [_table(values.get("presets", {}), "presets") for _, values in reversed(files)]
    known = {name: table for presets in tables for name, table in presets.items()}
    name = str(wanted).strip()
    if name not in known:
        facts: dict[str, object] = {"known presets": join_names(known) or "none"}
        if close := nearest(name, known):
            facts["nearest"] = close
        raise QuestionError(
            f"There is no preset '{name}'.",
            facts=facts,
            remedy="Use a known one, or add a table [presets.NAME] to flowrisk.toml.",
        )
    return f"preset {name}", _table(known[name], f"presets.{name}")


def _table(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise QuestionError(
            f"'{name}' of flowrisk.toml is no table.",
            facts={"value": repr(value)},
            remedy=f"Write [{name}] and its settings below it.",
        )
    return value


def _resolved(option: Option, origins: Sequence[tuple[str, object]]) -> tuple[object, str]:
    for origin, value in origins:
        is_empty = isinstance(value, tuple | list) and not value
        if value is not None and not is_empty:
            return option.parsed(value), origin
    default = option.default
    return None if default is None else option.parsed(default), "default"


def _refuse_unknown(label: str, values: Mapping[str, object], known: Collection[str]) -> None:
    for name in values:
        if name not in known and name not in _OF_NO_QUESTION:
            everything = join_names([*known, *_OF_NO_QUESTION])
            facts: dict[str, object] = {"in": label, "known": everything}
            if close := nearest(name, known):
                facts["nearest"] = close
            raise QuestionError(
                f"There is no setting '{name}'.", facts=facts, remedy="Correct or remove it."
            )
