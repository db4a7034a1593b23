"""Times the exact law of 20 providers and a million parameter draws against plain peers.

Run: ``python benchmarks/bench_risk.py [--quick]``. Prints medians and ratios; a peer that is not
installed is said to be missing. Peers answer the same question, and the answers are compared.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from flowrisk.dependence import (
    Distribution,
    distribution,
    independent,
    one_factor_copula,
)
from flowrisk.uncertainty import (
    UncertainParameter,
    uncertain_distribution,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FLOWS = {"msci": 2.8, "sp-dji": 2.6, "nasdaq": 1.4, "ftse-russell": 1.4, "crsp": 0.6}
ODDS = {"msci": 0.40, "sp-dji": 0.20, "nasdaq": 0.30, "ftse-russell": 0.20, "crsp": 0.25}
CV = 0.2
LEVEL = 0.95


def main() -> None:
    """Run both comparisons."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="fewer providers, draws and runs")
    is_quick = arguments.parse_args().quick
    providers_count, draws_count, runs = (12, 50_000, 2) if is_quick else (20, 1_000_000, 3)
    _compare_states(providers_count, runs)
    _compare_draws(draws_count, runs)


def _compare_states(providers_count: int, runs: int) -> None:
    generator = np.random.default_rng(0)
    names = [f"p{n:02}" for n in range(providers_count)]
    odds = dict(zip(names, generator.uniform(0.05, 0.6, providers_count).tolist(), strict=True))
    flows = dict(zip(names, generator.uniform(0.1, 3, providers_count).tolist(), strict=True))
    print(f"2^{providers_count} states: law, distribution, VaR 95 %")
    _report(
        {
            "flowrisk, independent": lambda: _value_at_risk(distribution(flows, independent(odds))),
            "flowrisk, copula 0.5": lambda: _copula_states(flows, odds, 0.5),
            "flowrisk, copula 0.99": lambda: _copula_states(flows, odds, 0.99),
            "plain numpy, independent": lambda: _plain_states(flows, odds),
        },
        runs,
    )


def _compare_draws(draws_count: int, runs: int) -> None:
    print(f"{draws_count:,} draws x {len(FLOWS)} providers: VaR 95 %")
    peers = {
        "flowrisk, exact states": lambda: _exact_draws(draws_count),
        "plain numpy, all atoms sorted": lambda: _sorted_draws(draws_count),
    }
    if find_spec("scipy"):
        peers["scipy, decisions sampled"] = lambda: _sampled_draws(draws_count)
    _report(peers, runs)
    if "scipy, decisions sampled" not in peers:
        print("  scipy, decisions sampled: scipy is not installed")


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


def _report(tasks: dict[str, Callable[[], float]], runs: int) -> None:
    """Print the median of each task, its ratio to the first, and its answer."""
    base = 0.0
    for name, task in tasks.items():
        seconds = []
        for _ in range(runs):
            start = time.perf_counter()
            answer = task()
            seconds.append(time.perf_counter() - start)
        median = statistics.median(seconds)
        base = base or median
        print(f"  {name:32} {median:8.3f} s  x{median / base:6.2f}  VaR {answer:.6f}")


if __name__ == "__main__":
    main()
