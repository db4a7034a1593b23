"""What is read elsewhere where a question is about every security, as ``flowrisk check`` is.

Then what has a row a holding is as large as the lake: it is read as it lies, and never kept.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from flowrisk.engines.composing import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowrisk.dataset.folder import BoundTable
    from flowrisk.dataset.sql_models import Model
    from flowrisk.engines.engine import Engine, FileFacts

_DAY = "as_of_on"
_KEYS = ("security_id", "fund_id", _DAY)
_REPEATED = "intermediate.holdings_repeated"
_STATED = "staging.holdings_stated"
_ADDED_UP = "intermediate.positions_summed"
# views that several others read, each of them over all holdings
_KEPT = {_ADDED_UP, "intermediate.components_by_density"}
# the reports are added up in any case: where all can be used, no holding is read again. The
# condition names both sides, so that the few days are joined before it is asked of every holding
_OF_UNUSABLE = """
select
    stated.fund_id,
    stated.as_of_on,
    stated.security_id,
    stated.shares,
    stated.market_value_usd
from staging.holdings_stated as stated
inner join (
    select
        as_of_on,
        max(unusable_count) as unusable_count
    from intermediate.positions_summed
    where unusable_count > 0
    group by as_of_on
) as days
    on stated.as_of_on is not distinct from days.as_of_on
where case when days.unusable_count > 0 then not stated.is_usable end
"""
_ELSEWHERE: Mapping[str, tuple[frozenset[str], str]] = {
    "intermediate.holdings_asked": (frozenset({_STATED}), "select * from staging.holdings_stated"),
    "intermediate.reports_met": (
        frozenset({_ADDED_UP}),
        "select fund_id, as_of_on from intermediate.positions_summed",
    ),
    "intermediate.holdings_unusable": (frozenset({_STATED, _ADDED_UP}), _OF_UNUSABLE),
}
"""What a model is where every security is asked about: what it reads then, and its select."""


def read_whole(model: Model, engine: Engine, holdings: BoundTable) -> Model:
    """Return a model as it is where every security is asked about."""
    if found := _ELSEWHERE.get(model.qualified_name):
        reads, sql = found
        return replace(model, sql=sql, reads=reads, facts={"kind": "view"})
    if model.is_of_asked:
        return replace(model, sql=model.unordered_sql, facts={**model.facts, "kind": "view"})
    if model.is_table:
        return replace(model, sql=model.unordered_sql)
    if model.qualified_name in _KEPT:
        return replace(model, facts={**model.facts, "kind": "table"})
    if model.qualified_name == _REPEATED:
        return replace(model, sql=_on_days(model.sql, doubted_days(engine, holdings)))
    return model


def _on_days(sql: str, days: list[tuple[str, str]]) -> str:
    between = [
        f"as_of_on between cast({literal(first)} as date) and cast({literal(last)} as date)"
        for first, last in days
    ]
    return f"select * from ({sql}) as repeated where {' or '.join(between) or 'false'}"


def doubted_days(engine: Engine, holdings: BoundTable) -> list[tuple[str, str]]:
    """Return the first and the last day of each file of holdings that may repeat a key.

    Rows in strictly ascending order repeat nothing, and nor do two files of which no day, no fund
    or no security can be in both. An ingest leaves every month so; the rest has to be counted.
    """
    ascending = engine.ascending(holdings.paths, _KEYS)
    footers = {
        path: facts
        for path, facts in engine.read_footers(holdings.paths).items()
        if facts.row_count
    }
    found = {path for path in footers if path not in ascending}
    for one, other in combinations(footers, 2):
        if _may_share(footers[one], footers[other]):
            found |= {one, other}
    days = [footers[path].bounds[_DAY] for path in footers if path in found]
    return sorted({(first[:10], last[:10]) for first, last in days})


def _may_share(one: FileFacts, other: FileFacts) -> bool:
    """Whether a key could stand in both files, by the smallest and largest values of each."""
    pairs = ((one.bounds[key], other.bounds[key]) for key in _KEYS)
    return all(low <= top and bottom <= high for (low, high), (bottom, top) in pairs)
