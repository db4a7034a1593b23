"""The graph of indices: what one change implies, and a graph that runs in a circle."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moved import ENTRY, FAMILY, MIGRATION

from flowrisk.errors import DataError, FlowriskError, QuestionError
from flowrisk.question.matching.index_moves import Edge, cycle, expanded

if TYPE_CHECKING:
    from flowrisk.api import Dataset

Make = Callable[..., "Dataset"]
NAMES = st.sampled_from("abcdefg")
EDGES = st.lists(
    st.builds(Edge, NAMES, NAMES, st.sampled_from(("part", "selection", "complement"))), max_size=9
)
GRAPH = [
    Edge("usa", "world", "part"), Edge("world", "acwi", "part"),
    Edge("usa-value", "usa", "selection"), Edge("ex-usa", "usa", "complement"),
]  # fmt: skip


def test_who_enters_a_part_enters_the_whole_and_leaves_its_complement() -> None:
    assert expanded({"usa": True}, GRAPH) == {
        "usa": True, "acwi": True, "ex-usa": False, "world": True,
    }  # fmt: skip


def test_who_leaves_the_whole_leaves_its_parts_and_selections() -> None:
    assert expanded({"world": False}, GRAPH) == {
        "world": False, "usa": False, "usa-value": False, "ex-usa": True,
    }  # fmt: skip


def test_what_is_implied_both_ways_stays() -> None:
    graph = [*GRAPH, Edge("small", "world", "part"), Edge("usa", "large", "part"),
             Edge("mid", "large", "complement")]  # fmt: skip
    # out of large, into small: both are of the world, which holds it before and after
    found = expanded({"large": False, "small": True}, graph)
    assert found["small"] is True
    assert found["usa"] is False


def test_what_contradicts_what_is_asked_is_refused() -> None:
    with pytest.raises(QuestionError, match="entered and left at once") as refusal:
        expanded({"usa": True, "world": False}, GRAPH)
    assert "usa" in str(refusal.value.facts["indices"])


@given(st.dictionaries(NAMES, st.booleans(), min_size=1, max_size=3), EDGES)
def test_any_graph_gives_each_index_one_side_or_a_refusal(
    asked: dict[str, bool], edges: list[Edge]
) -> None:
    try:
        found = expanded(asked, edges)
    except FlowriskError:
        return
    assert {name: found[name] for name in asked} == asked


@given(EDGES)
def test_a_cycle_is_found_exactly_where_a_path_leads_back(edges: list[Edge]) -> None:
    parents = {(each.index_id, each.parent_id) for each in edges}
    reached = set(parents)
    for _ in range(7):
        reached |= {(a, d) for a, b in reached for c, d in parents if b == c}
    found = cycle(edges)
    assert bool(found) == any(a == b for a, b in reached)
    if found:
        assert found[0] == found[-1]
        assert all(step in parents for step in pairwise(found))


def test_a_circle_is_refused_by_name_where_it_is_walked(make_dataset: Make) -> None:
    edges = [*FAMILY["index_parents"],
             {"index_id": "imi", "parent_id": "msci-world", "relation": "part"}]  # fmt: skip
    made = make_dataset(**{**FAMILY, "index_parents": edges})
    with pytest.raises(DataError, match="runs in a circle") as refusal:
        made.scenario(**ENTRY)
    assert refusal.value.facts["index_parents"] in (
        "imi -> msci-world -> imi", "msci-world -> imi -> msci-world",
    )  # fmt: skip
    assert "index_parents_run_upwards" in made.check().filter(state="fail")["check"].to_list()
    assert made.scenario(providers="msci").outflows.height == 1  # who asks of no index needs none


@pytest.mark.parametrize(
    ("treatment", "told"),
    [
        ("small=reweight", "entered or left"),
        ("smal=include", "belongs to provider 'smal'"),
        ("msci=exclude,small=include", "two things"),
        ("nasdaq-100=include", "belongs to provider"),
        ("small=include,rest=include", "at once"),
        ("msci=migrate", "not known"),
    ],
)
def test_what_cannot_be_meant_is_refused(treatment: str, told: str, make_dataset: Make) -> None:
    with pytest.raises(QuestionError, match=told):
        make_dataset(**FAMILY).scenario(providers="msci", treatment=treatment)


def test_an_index_of_a_provider_nobody_asks_about_is_refused(make_dataset: Make) -> None:
    other = {"index_id": "n100", "provider_id": "nasdaq", "index_name": "N100"}
    made = make_dataset(**{**FAMILY, "indices": [*FAMILY["indices"], other]})
    with pytest.raises(QuestionError, match="No scenario asks about 'nasdaq'"):
        made.scenario(providers="msci", treatment="n100=include")


def test_a_freeze_blocks_a_migration(make_dataset: Make) -> None:
    counts = [{"security_id": FAMILY["index_memberships"][0]["security_id"], "shares": 1e8}]
    made = make_dataset(**FAMILY, share_counts=counts)
    found = made.scenario(**{**MIGRATION, "treatment": f"msci=freeze,{MIGRATION['treatment']}"})
    assert found.outflows["outflow_shares"].to_list() == [0.0]
    assert "which blocks: out of msci-world, into small" in str(found)
