"""The SQL models: read, named by their path, ordered by what they read, held to one direction.

Owns the text of ``sql/``; never runs it. A model ``sql/marts/outflows.sql`` is the view
``marts.outflows``; a macro ``sql/macros/outflow.sql`` is the table macro ``outflow(…)``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from flowrisk.dataset import resources
from flowrisk.dataset.contract import tables
from flowrisk.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

LAYERS = ("staging", "intermediate", "marts", "checks")
_READABLE = {
    "staging": {"raw"},
    "intermediate": {"staging", "intermediate", "scenario"},
    "marts": {"staging", "intermediate", "marts", "scenario"},
    "checks": {"staging", "intermediate", "marts", "scenario"},
    "macros": {"staging", "intermediate", "marts", "scenario"},
}
_REQUIRED = {
    "checks": ("says", "severity", "scope", "remedy"),
    "macros": ("arguments", "grain", "units", "example"),
}
_REFERENCE = re.compile(r"\b(raw|staging|intermediate|marts|checks|scenario)\.([a-z_]+)\b")
_FACT = re.compile(r"^(grain|units|example|kind|says|severity|scope|remedy|arguments): (.*)$")


@dataclass(frozen=True, slots=True)
class Model:
    """One SQL file: its name, its header and its single select."""

    layer: str
    name: str
    description: str
    facts: Mapping[str, str]
    sql: str
    reads: frozenset[str]

    @property
    def qualified_name(self) -> str:
        """The view it becomes, such as ``marts.outflows``."""
        return f"{self.layer}.{self.name}"

    @property
    def grain(self) -> tuple[str, ...]:
        """The columns that identify a row."""
        return tuple(self.facts.get("grain", "").split(", "))

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of a macro, in order; empty for a view."""
        return tuple(filter(None, self.facts.get("arguments", "").split(", ")))

    @property
    def signature(self) -> str:
        """How a macro is called, such as ``outflow(ticker, provider_ids)``."""
        return f"{self.name}({', '.join(self.arguments)})"

    @property
    def is_table(self) -> bool:
        """Whether it is materialised once per question instead of being a view."""
        return self.facts.get("kind") == "table"


@cache
def models() -> dict[str, Model]:
    """Return every model by qualified name, each after all it reads.

    Raises: ModelError for a header without grain or units, a reference against the direction of
    the layers, to a model that does not exist, or in a circle.
    """
    found = {model.qualified_name: model for layer in LAYERS for model in of_layer(layer)}
    for model in found.values():
        _refuse_wrong_direction(model, found)
    return _in_order(found)


def of_layer(layer: str) -> list[Model]:
    """Return the models of one layer by name."""
    return [_read(path) for path in sorted((resources.sql_folder() / layer).glob("*.sql"))]


@cache
def macros() -> dict[str, Model]:
    """Return every table macro by its bare name, each after all it calls.

    Raises: ModelError as ``models``, and for a header without arguments or example.
    """
    files = sorted((resources.sql_folder() / "macros").glob("*.sql"))
    found = {macro.name: macro for macro in map(_read, files)}
    for macro in found.values():
        _refuse_wrong_direction(macro, models())
    order = ordered({
        name: {called for called in found if re.search(rf"\b{called}\(", macro.sql)}
        for name, macro in found.items()
    })  # fmt: skip
    return {name: found[name] for name in order}


def ordered(reads: Mapping[str, Iterable[str]]) -> list[str]:
    """Return names so that each comes after all it reads.

    Raises: ModelError where they read each other in a circle.
    """
    try:
        return list(TopologicalSorter(reads).static_order())
    except CycleError as error:
        raise ModelError(
            "SQL models read each other in a circle.", facts={"circle": " → ".join(error.args[1])}
        ) from error


def named(names: Iterable[str]) -> list[Model]:
    """Return the models of these qualified names; only they are opened."""
    return [_read(resources.sql_folder() / f"{name.replace('.', '/')}.sql") for name in names]


def needed_for(names: Iterable[str]) -> list[Model]:
    """Return the models named and all they read, each after all it reads; only they are opened.

    Raises: ModelError where they read each other in a circle.
    """
    needed: dict[str, Model] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in needed and name.split(".")[0] in LAYERS:
            (needed[name],) = named([name])
            waiting.extend(needed[name].reads)
    return list(_in_order(needed).values())


def parse(text: str, *, layer: str, name: str) -> Model:
    """Split a model's text into header and select.

    Raises: ModelError if the header lacks its description, grain or units.
    """
    head, body = _split(text)
    facts: dict[str, str] = {}
    description: list[str] = []
    last = ""
    for line in head:
        if match := _FACT.match(line):
            last = match[1]
            facts[last] = match[2]
        elif last:
            facts[last] += " " + line.strip()
        else:
            description.append(line)
    missing = [fact for fact in _REQUIRED.get(layer, ("grain", "units")) if fact not in facts]
    if missing or not description:
        raise ModelError(
            f"The header of {layer}/{name}.sql is incomplete.",
            facts={"missing": ", ".join(missing) or "description"},
        )
    reads = frozenset(f"{schema}.{table}" for schema, table in _REFERENCE.findall(body))
    return Model(layer, name, " ".join(description), facts, body, reads)


def renamed(sql: str, rename: Callable[[str, str], str]) -> str:
    """Return a select with other names in place of those it reads, such as ``marts.outflows``."""
    return _REFERENCE.sub(lambda found: rename(found[1], found[2]), sql)


def _in_order(found: Mapping[str, Model]) -> dict[str, Model]:
    order = ordered({name: sorted(model.reads & found.keys()) for name, model in found.items()})
    return {name: found[name] for name in order}


@cache
def _read(path: Path) -> Model:
    return parse(path.read_text(encoding="utf-8"), layer=path.parent.name, name=path.stem)


def _split(text: str) -> tuple[list[str], str]:
    lines = text.splitlines()
    end = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return [line[3:] for line in lines[:end]], "\n".join(lines[end:]).strip() + "\n"


def _refuse_wrong_direction(model: Model, found: Mapping[str, Model]) -> None:
    for reference in sorted(model.reads):
        schema = reference.split(".")[0]
        is_known = (
            schema == "scenario"
            or reference in found
            or (schema == "raw" and reference.split(".")[1] in tables())
        )
        if schema not in _READABLE[model.layer] or not is_known:
            raise ModelError(
                f"{model.qualified_name} reads {reference}, which it may not.",
                facts={"may read": ", ".join(sorted(_READABLE[model.layer]))},
                remedy="Move the step to the layer it belongs to, or correct the name.",
            )
