"""Assumptions of the user's own in the data's words: ratios, tracked assets, pools, weights.

Owns their matching against providers, indices, securities and pools of the data; each becomes rows
of a table ``scenario.assumed_*``, which the models put before what the data says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from flowrisk.errors import QuestionError, join_names, nearest

if TYPE_CHECKING:
    from flowrisk.dataset.warehouse import Warehouse
    from flowrisk.question.question import Question

Match = Callable[[str], str]
Rows = list[tuple[object, ...]]
_LEAST_USD = 1e6
_POOLS = """
select pool_id, provider_id, exposure_low_ratio, exposure_central_ratio, exposure_high_ratio,
    density_index_id, index_id, has_known_funds
from staging.asset_pools
order by pool_id, as_of_on desc
"""


def rows(store: Warehouse, asked: Question, match: Match) -> dict[str, Rows]:
    """Return the rows of each table of assumptions; nothing is read where none was given.

    Args:
        match: a ticker or ISIN to its security_id.

    Raises: QuestionError for a name that the data does not know, a ratio or weight outside 0-1,
        an amount below 0, a thing given twice, or a pool that says nothing without more data.
    """
    if not any((asked.assumed_ratios, asked.assumed_aum_usd, asked.assumed_pools,
                asked.assumed_weights)):  # fmt: skip
        return {}
    store.define(["staging.indices", "staging.asset_pools"])
    providers = dict(store.engine.rows("select index_id, provider_id from staging.indices"))
    owners = {owner: owner for owner in providers.values() if owner is not None}
    ratios = _by_pair(asked.assumed_ratios, "--tracking-ratio", match, {**providers, **owners})
    return {
        "assumed_ratios": [
            (where, security, ratio) for (security, where), ratio in ratios.items()
            if where in owners
        ],
        "assumed_index_ratios": [
            (where, security, ratio) for (security, where), ratio in ratios.items()
            if where not in owners
        ],
        "assumed_weights": [
            (index, security, ratio) for (security, index), ratio in
            _by_pair(asked.assumed_weights, "--weight", match, providers).items()
        ],
        "assumed_pools": _pools(store, asked, providers),
    }  # fmt: skip


def _by_pair(
    given: Mapping[str, float] | None, flag: str, match: Match, known: Mapping[str, object]
) -> dict[tuple[str, str], float]:
    """Return ratios by security_id and provider or index."""
    found: dict[tuple[str, str], float] = {}
    for name, ratio in (given or {}).items():
        security, at, where = name.rpartition("@")
        if not (at and security):
            raise QuestionError(
                f"'{name}' does not say of whom.",
                facts={flag: f"{name}={ratio:g}"},
                remedy=f"Write {flag} SECURITY@{'PROVIDER' if 'ratio' in flag else 'INDEX'}=RATIO"
                f"{' (or @INDEX).' if 'ratio' in flag else '.'}",
            )
        pair = (match(security), _named(where, known, flag))
        if pair in found or not 0 < ratio <= 1:
            raise QuestionError(
                "A ratio is given twice." if pair in found else "A ratio is not within 0 and 1.",
                facts={flag: f"{name}={ratio:g}"},
                remedy="Give each pair once, as a ratio or in percent: 0.05 is 5%.",
            )
        found[pair] = ratio
    return found


def _named(name: str, known: Mapping[str, object], flag: str) -> str:
    by_folded = {each.casefold(): each for each in known}
    if name.strip().casefold() in by_folded:
        return by_folded[name.strip().casefold()]
    facts: dict[str, object] = {"known": join_names(sorted(known)) or "none"}
    if close := nearest(name, list(known)):
        facts["nearest"] = close
    raise QuestionError(
        f"{flag} names '{name}', which is not in the data.",
        facts=facts,
        remedy="Check the spelling, or add it to the data.",
    )


def _refuse_other_unit(flag: str, name: str, usd: float) -> None:
    """Refuse assets of less than a million dollars: 20 is meant as 20bn. None at all is 0."""
    if 0 < usd < _LEAST_USD:
        raise QuestionError(
            "Assets that track an index are below a million dollars.",
            facts={flag: f"{name}={usd:g}"},
            remedy="Give US dollars, with a unit: 20bn, 4.5tn; 0 is none.",
        )


def _pools(store: Warehouse, asked: Question, providers: Mapping[str, str]) -> Rows:
    newest: dict[str, Sequence[object]] = {}
    for pool_id, *facts in store.engine.rows(_POOLS):
        newest.setdefault(str(pool_id), facts)
    found: dict[str, tuple[object, ...]] = {}
    for name, amounts in (asked.assumed_pools or {}).items():
        pool_id = _named(name, newest, "--pool")
        _refuse_other_unit("--pool", name, max(amounts))
        provider, *exposures, density, index, has_known = newest[pool_id]
        found[pool_id] = (
            pool_id, provider, *amounts, *(1.0 if each is None else each for each in exposures),
            density, index, has_known,
        )  # fmt: skip
    for name, usd in (asked.assumed_aum_usd or {}).items():
        index = _named(name, providers, "--tracked-aum")
        _refuse_other_unit("--tracked-aum", name, usd)
        pool_id = next((key for key, facts in newest.items() if facts[5] == index and facts[6]),
                       f"tracked:{index}")  # fmt: skip
        if usd < 0 or pool_id in found:
            raise QuestionError(
                "Assets that track an index are given twice."
                if pool_id in found
                else "Assets that track an index are below 0.",
                facts={"--tracked-aum": f"{name}={usd:g}", "pool": pool_id},
                remedy="Give each index once, by --tracked-aum or --pool, in dollars above 0.",
            )
        found[pool_id] = (pool_id, providers[index], usd, usd, usd, 1.0, 1.0, 1.0, index, index,
                          True)  # fmt: skip
    return list(found.values())
