"""What the tail of a flow would be, were a total divided otherwise between providers.

Where only a total is known, how it divides is an assumption. Owns the allocations that are
feasible, on a grid, and the least and largest value at risk over them. Flows are mappings by
provider_id, in US dollars.
"""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from flowrisk.analytics.decisions.checks import ROUNDING, Array
from flowrisk.analytics.decisions.dependence import state_sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowrisk.analytics.decisions.dependence import JointLaw

_ALLOCATIONS_LIMIT_COUNT, _PROVIDERS_LIMIT_COUNT = 6_000, 12
_STEPS_LIMIT_COUNT = 200


def value_at_risk_ends_usd(
    law: JointLaw,
    fixed_usd: Mapping[str, float],
    floors_usd: Mapping[str, float],
    divided_usd: float,
    *,
    level_ratio: float = 0.95,
) -> tuple[float, float] | None:
    """Return the least and the largest value at risk over all allocations of a total.

    Each free provider gets at least its floor, all of them together the total. The grid divides
    what is above the floors into equal steps, as many as a few thousand allocations allow; its
    corners, where one provider gets all of it, are among them.

    Args:
        fixed_usd: flows that stand, by provider (0 where left out).
        floors_usd: of the free providers, what each sells at least; more than one.
        divided_usd: what the free providers sell together.

    Returns: USD; None where nothing is free: fewer than two providers, no more than the floors, or
        too many providers to try.
    """
    names, rest_usd = list(floors_usd), divided_usd - sum(floors_usd.values())
    if len(names) < 2 or rest_usd <= 0 or len(law.provider_ids) > _PROVIDERS_LIMIT_COUNT:  # noqa: PLR2004
        return None
    shares = _shares(len(names))
    flows = np.zeros((len(law.provider_ids), shares.shape[0]))
    for i, name in enumerate(law.provider_ids):
        flows[i] = fixed_usd.get(name, 0.0)
        if name in floors_usd:
            flows[i] += floors_usd[name] + rest_usd * shares[:, names.index(name)]
    quantiles = _quantiles(state_sums(flows), law.state_probabilities, level_ratio)
    return float(quantiles.min()), float(quantiles.max())


def _shares(count: int) -> Array:
    """Return allocations (rows) of 1 to so many providers, in equal steps."""
    steps = 1
    while steps < _STEPS_LIMIT_COUNT and _counted(count, steps + 1) <= _ALLOCATIONS_LIMIT_COUNT:
        steps += 1
    bars = np.array(list(combinations(range(steps + count - 1), count - 1)))
    ends = np.column_stack([np.full(len(bars), -1), bars, np.full(len(bars), steps + count - 1)])
    return (np.diff(ends, axis=1) - 1) / steps


def _counted(count: int, steps: int) -> int:
    return comb(steps + count - 1, count - 1)


def _quantiles(sums: Array, probabilities: Array, level_ratio: float) -> Array:
    """Return the quantile of each column of states, an atom of its law."""
    order = np.argsort(sums, axis=0)
    below = np.cumsum(probabilities[order], axis=0)
    first = np.argmax(below >= level_ratio - ROUNDING, axis=0)
    columns = np.arange(sums.shape[1])
    chosen: Array = sums[order[first, columns], columns]
    return chosen
