"""The exact law of 20 providers and a million parameter draws against plain peers that answer the
same question; scipy is a peer where it is installed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from measured import Row, call, in_turn, row

from flowrisk.analytics.decisions.dependence import (
    Distribution,
    distribution,
    independent,
    one_factor_copula,
)
from flowrisk.analytics.decisions.uncertainty import UncertainParameter, uncertain_distribution

if TYPE_CHECKING:
    from data import Data

FLOWS = {"msci": 2.8, "sp-dji": 2.6, "nasdaq": 1.4, "ftse-russell": 1.4, "crsp": 0.6}
ODDS = {"msci": 0.40, "sp-dji": 0.20, "nasdaq": 0.30, "ftse-russell": 0.20, "crsp": 0.25}
CV = 0.2
LEVEL = 0.95


def measure(data: Data, runs_count: int) -> list[Row]:
    """Time both comparisons, each answer beside that of plain numpy."""
    return [
        *_compared(_states(data.sizes.providers_count), runs_count),
        *_compared(_draws(data.sizes.draws_count), runs_count),
    ]


def _states(providers_count: int) -> dict[str, Callable[[], float]]:
    generator = np.random.default_rng(0)
    names = [f"p{n:02}" for n in range(providers_count)]
    odds = dict(zip(names, generator.uniform(0.05, 0.6, providers_count).tolist(), strict=True))
    flows = dict(zip(names, generator.uniform(0.1, 3, providers_count).tolist(), strict=True))
    head = f"2^{providers_count} states"
    return {
        f"{head}, plain numpy": lambda: _plain_states(flows, odds),
        f"{head}, independent": lambda: _value_at_risk(distribution(flows, independent(odds))),
        f"{head}, copula 0.5": lambda: _copula_states(flows, odds, 0.5),
        f"{head}, copula 0.99": lambda: _copula_states(flows, odds, 0.99),
    }


def _draws(draws_count: int) -> dict[str, Callable[[], float]]:
    head = f"{draws_count:,} draws × {len(FLOWS)} providers"
    peers = {
        f"{head}, plain numpy, all atoms sorted": lambda: _sorted_draws(draws_count),
        f"{head}, exact states": lambda: _exact_draws(draws_count),
    }
    if find_spec("scipy"):
        peers[f"{head}, scipy, decisions sampled"] = lambda: _sampled_draws(draws_count)
    return peers


def _compared(tasks: Mapping[str, Callable[[], float]], runs_count: int) -> list[Row]:
    runs = in_turn({name: partial(call, task) for name, task in tasks.items()}, runs_count)
    peer, *others = runs
    return [
        row("risk", peer, runs[peer]),
        *(row("risk", name, runs[name], peer=peer, of_peer=runs[peer]) for name in others),
    ]


def _value_at_risk(law: Distribution) -> float:
    return law.quantile_usd(LEVEL)


def _copula_states(flows: dict[str, float], odds: dict[str, float], rho: float) -> float:
    return _value_at_risk(distribution(flows, one_factor_copula(odds, rho)))


def _exact_draws(draws_count: int) -> float:
    own = [UncertainParameter(name, CV, (name,)) for name in FLOWS]
    law = independent(ODDS)
    return _value_at_risk(uncertain_distribution(FLOWS, law, own, draws_count=draws_count))


def _plain_states(flows: dict[str, float], odds: dict[str, float]) -> float:
    amounts, chances = np.array(list(flows.values())), np.array(list(odds.values()))
    bits = np.arange(2 ** len(amounts))[:, None] >> np.arange(len(amounts)) & 1
    masses = np.where(bits, chances, 1 - chances).prod(axis=1)
    return _weighted_quantile(bits @ amounts, masses)


def _drawn_flows(draws_count: int) -> np.ndarray:
    log_sd = math.sqrt(math.log1p(CV**2))
    normals = np.random.default_rng(0).standard_normal((draws_count, len(FLOWS)))
    return np.array(list(FLOWS.values())) * np.exp(log_sd * normals - log_sd**2 / 2)


def _sorted_draws(draws_count: int) -> float:
    bits = np.arange(2 ** len(FLOWS))[:, None] >> np.arange(len(FLOWS)) & 1
    sums = _drawn_flows(draws_count) @ bits.T
    masses = np.tile(independent(ODDS).state_probabilities / draws_count, draws_count)
    return _weighted_quantile(sums.ravel(), masses)


def _sampled_draws(draws_count: int) -> float:
    from scipy import stats

    decided = stats.bernoulli.rvs(
        list(ODDS.values()), size=(draws_count, len(ODDS)), random_state=0
    )
    return float(np.quantile((_drawn_flows(draws_count) * decided).sum(axis=1), LEVEL))


def _weighted_quantile(values: np.ndarray, masses: np.ndarray) -> float:
    order = np.argsort(values)
    return float(values[order][np.searchsorted(np.cumsum(masses[order]), LEVEL)])
