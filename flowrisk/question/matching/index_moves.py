"""Single indices that securities enter or leave: asked for by id, and what the graph implies.

Owns the graph of ``index_parents``: an index that is part of another, chosen from another, or the
market less another. Prices nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

from flowrisk.domain import ALL, IndexMove, Scenario, Treatment
from flowrisk.errors import DataError, QuestionError, join_names

if TYPE_CHECKING:
    from flowrisk.dataset.warehouse import Warehouse


_INDICES = "select index_id, provider_id from staging.indices where provider_id is not null"
_PARENTS = "select index_id, parent_id, relation from staging.index_parents order by 1, 2"
_MOVES = ("exclude", "include")
_COMPLEMENT = "complement"


class Edge(NamedTuple):
    """One row of ``index_parents``."""

    index_id: str
    parent_id: str
    relation: str


def told_apart(
    store: Warehouse, treatments: Mapping[str, Treatment]
) -> tuple[dict[str, Treatment], dict[str, Treatment]]:
    """Return the treatments by provider, and those by index, under the data's own index ids.

    A name that is neither stays with the providers, where it is refused.

    Raises: QuestionError for an index that is to be reweighted or frozen.
    """
    if set(treatments) <= {ALL}:
        return dict(treatments), {}
    owners = _owners(store)
    providers = {owner.casefold() for owner in owners.values()}
    indices = {index_id.casefold(): index_id for index_id in owners}
    found = {name: indices[name] for name in treatments
             if name not in providers and name != ALL and name in indices}  # fmt: skip
    for name in found:
        if treatments[name] not in _MOVES:
            raise QuestionError(
                f"An index is entered or left; '{treatments[name]}' is what a provider does.",
                facts={"--treatment": f"{name}={treatments[name]}"},
                remedy=f"Write {name}=include or {name}=exclude, or name the provider.",
            )
    return (
        {name: each for name, each in treatments.items() if name not in found},
        {index_id: treatments[name] for name, index_id in found.items()},
    )


def moved(
    store: Warehouse,
    scenarios: Sequence[Scenario],
    by_provider: Mapping[str, Treatment],
    by_index: Mapping[str, Treatment],
) -> tuple[Scenario, ...]:
    """Return the scenarios with the indices that are entered and left, and their providers' names
    for it: ``include`` or ``migrate``; a provider that freezes keeps its treatment and is blocked.

    Raises: QuestionError for an index of a provider that no scenario asks about or that is said to
        do something else, or one entered and left at once; DataError for a graph with a cycle.
    """
    owners = _owners(store)
    asked = {index_id: what == "include" for index_id, what in by_index.items()}
    _refuse_unasked(asked, owners, scenarios)
    graph = edges(store)
    refuse_cycle(graph)
    moves = [
        IndexMove(owners[index_id], index_id, is_entry, index_id in asked)
        for index_id, is_entry in expanded(asked, _inside(graph, owners)).items()
    ]
    return tuple(_with_moves(each, moves, by_provider) for each in scenarios)


def expanded(asked: Mapping[str, bool], graph: Iterable[Edge]) -> dict[str, bool]:
    """Return every index entered (True) or left (False), those asked for first.

    Who enters an index enters those it is a part of or chosen from, and leaves its complements; who
    leaves one leaves its parts and selections, and enters its complements. What is implied both
    ways stays as it is.

    Raises: QuestionError where what is asked for implies the opposite of it.
    """
    entered, left = _closed({i for i, is_entry in asked.items() if is_entry},
                            {i for i, is_entry in asked.items() if not is_entry},
                            tuple(graph))  # fmt: skip
    contrary = sorted((entered & left) & set(asked))
    if contrary:
        raise QuestionError(
            "An index would be entered and left at once.",
            facts={"indices": join_names(contrary),
                   "--treatment": join_names(f"{i}={_MOVES[e]}" for i, e in asked.items())},
            remedy="Ask for one of the two; see index_parents for what a change implies.",
        )  # fmt: skip
    implied = sorted((entered ^ left) - set(asked))
    return {**asked, **{index_id: index_id in entered for index_id in implied}}


def refuse_cycle(graph: Sequence[Edge]) -> None:
    """Refuse a graph in which an index depends on itself.

    Raises: DataError naming the cycle.
    """
    found = cycle(graph)
    if found:
        raise DataError(
            "The graph of indices runs in a circle.",
            facts={"index_parents": " -> ".join(found)},
            remedy="Correct index_parents: an index cannot depend on itself, however far around.",
        )


def cycle(graph: Iterable[Edge]) -> tuple[str, ...]:
    """Return the indices of a cycle, each before its parent, the first again at the end; empty
    without one."""
    parents: dict[str, list[str]] = {}
    for edge in graph:
        parents.setdefault(edge.index_id, []).append(edge.parent_id)
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def edges(store: Warehouse) -> tuple[Edge, ...]:
    """Return the graph of indices of the dataset."""
    store.define(["staging.index_parents"])
    return tuple(Edge(*row) for row in store.engine.rows(_PARENTS))


def rows(scenarios: Iterable[Scenario]) -> list[tuple[object, ...]]:
    """Return the moves that happen as rows: what is left is sold whole, what is entered bought."""
    return [
        (each.scenario_id, move.provider_id, move.index_id, -1.0 if move.is_entry else 1.0,
         move.is_asked)
        for each in scenarios
        for move in each.moves
        if not move.is_blocked
    ]  # fmt: skip


def _owners(store: Warehouse) -> dict[str, str]:
    store.define(["staging.indices"])
    return dict(store.engine.rows(_INDICES))


def _inside(graph: Iterable[Edge], owners: Mapping[str, str]) -> list[Edge]:
    """Return the edges within one provider; a check names the others."""
    return [each for each in graph
            if owners.get(each.index_id, "") == owners.get(each.parent_id, None)]  # fmt: skip


def _refuse_unasked(
    asked: Iterable[str], owners: Mapping[str, str], scenarios: Sequence[Scenario]
) -> None:
    members = {provider_id for each in scenarios for provider_id in each.provider_ids}
    for index_id in asked:
        if owners[index_id] not in members:
            raise QuestionError(
                f"No scenario asks about '{owners[index_id]}', whose index '{index_id}' is.",
                facts={"scenarios": join_names(each.scenario_id for each in scenarios)},
                remedy="Add the provider to --providers, or leave the index out.",
            )


def _with_moves(
    scenario: Scenario, moves: Iterable[IndexMove], by_provider: Mapping[str, Treatment]
) -> Scenario:
    own = [move for move in moves if move.provider_id in scenario.provider_ids]
    treatments = dict(scenario.treatments)
    kept: list[IndexMove] = []
    for provider_id in dict.fromkeys(move.provider_id for move in own):
        its = [move for move in own if move.provider_id == provider_id]
        is_frozen = treatments.get(provider_id) == "freeze"
        said = by_provider.get(provider_id.casefold())
        if said is not None and not is_frozen:
            raise QuestionError(
                f"'{provider_id}' is said to do two things.",
                facts={provider_id: said, "indices": join_names(m.index_id for m in its)},
                remedy="Name the provider or its indices; a freeze of the provider may stand "
                "beside them and blocks them.",
            )
        if not is_frozen:
            is_removal = any(not move.is_entry for move in its if move.is_asked)
            treatments[provider_id] = "migrate" if is_removal else "include"
        kept += [replace(move, is_blocked=is_frozen) for move in its]
    return replace(scenario, treatments=treatments, moves=tuple(kept))


def _closed(entered: set[str], left: set[str], graph: Sequence[Edge]) -> tuple[set[str], set[str]]:
    """Return what is entered and left, with all that follows from it."""
    while True:
        more_in, more_out = set(entered), set(left)
        for index_id, parent_id, relation in graph:
            if relation == _COMPLEMENT:
                more_out |= {index_id} if parent_id in entered else set()
                more_out |= {parent_id} if index_id in entered else set()
                more_in |= {index_id} if parent_id in left else set()
            else:
                more_in |= {parent_id} if index_id in entered else set()
                more_out |= {index_id} if parent_id in left else set()
        if (more_in, more_out) == (entered, left):
            return entered, left
        entered, left = more_in, more_out
