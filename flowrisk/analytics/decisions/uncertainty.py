"""What uncertain flows add to the law of decisions: draws, tornado, sensitivities.

Owns lognormal factors of mean 1 on the flows of providers, and which part of a flow each moves:
never what was observed. Every draw sums the exact states of the joint law, or its own draw of the
decisions where these are drawn too (``sampling``); never reads data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from flowrisk.analytics.decisions.checks import ROUNDING, Array, check_between, check_names
from flowrisk.analytics.decisions.dependence import (
    Distribution,
    JointLaw,
    checked_flows,
    distribution,
    merged,
    state_sums,
)
from flowrisk.analytics.decisions.sampling import SampledLaw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_NORMAL = NormalDist()
# parameters of one kind of flow, and those of the part beyond what was observed
_METHOD_OF = {"tracking-ratio": "tracking-ratio", "model": "model"}
_BEYOND = frozenset({"model", "coverage", "uplift"})
_PRICE = "price"
ATOMS_LIMIT_COUNT, _ATOMS_BLOCK_COUNT, _BINS_COUNT = 2**27, 2**18, 2**12


@dataclass(frozen=True, slots=True)
class UncertainParameter:
    """A positive factor on some flows: lognormal, mean 1, s² = ln(1 + cv²), cv ≥ 0.

    ``provider_ids`` are those whose flow it multiplies; None = every provider (a common error).
    """

    parameter_id: str
    cv_ratio: float
    provider_ids: tuple[str, ...] | None = None

    @property
    def kind(self) -> str:
        """What is uncertain, without the provider it belongs to."""
        return self.parameter_id.partition(":")[0]

    @property
    def log_sd(self) -> float:
        """Standard deviation s of the factor's logarithm."""
        return math.sqrt(math.log1p(self.cv_ratio**2))

    def quantile_ratio(self, level_ratio: float) -> float:
        """Return the factor at a level inside 0–1: exp(s·Φ⁻¹(level) − s²/2)."""
        return math.exp(self.log_sd * _NORMAL.inv_cdf(level_ratio) - self.log_sd**2 / 2)


@dataclass(frozen=True, slots=True)
class Part:
    """What one provider sells of one security: F = max(observed, F·H)·P, in US dollars; of what is
    bought (below 0) the same of its size, where no observed part is on the other side.

    H are the factors on the whole (a tracking ratio's only where ``method`` is that ratio), P the
    price; what lies beyond the observed part is multiplied by the factors of coverage, uplift and,
    where ``method`` is the model, of the model first. ``method`` None = moved by every factor.
    """

    flow_usd: float
    observed_usd: float = 0.0
    method: str | None = None


Parts = Mapping[str, Sequence[Part]]


def is_exact(parameters: Sequence[UncertainParameter], parts: Parts) -> bool:
    """Return whether the factors move whole flows only, so that mean and deviation are closed."""
    methods = {_METHOD_OF.get(each.kind) for each in parameters if each.kind != _PRICE}
    return not methods or all(
        not part.flow_usd
        or (not part.observed_usd and (part.method is None or methods <= {None, part.method}))
        for own in parts.values()
        for part in own
    )


def tornado(
    flows_usd: Mapping[str, float],
    law: JointLaw,
    parameters: Sequence[UncertainParameter],
    measure: Callable[[Distribution], float] = attrgetter("mean_usd"),
    parts: Parts | None = None,
) -> dict[str, tuple[float, float]]:
    """Return the measure with one parameter at its 5 % and its 95 % quantile, the others at 1.

    Keys are parameter_ids, widest first; the unit is the measure's.

    Args:
        parts: as ``uncertain_distribution``.

    Raises: as ``distribution`` and ``uncertain_distribution``.
    """
    whole = _whole(flows_usd, law, parts)
    _checked(parameters, law)

    def measured(parameter: UncertainParameter, level_ratio: float) -> float:
        factors = np.array([[parameter.quantile_ratio(level_ratio)]])
        moved = _moved(whole, law, [parameter], factors)[:, 0]
        return measure(distribution(dict(zip(law.provider_ids, moved, strict=True)), law))

    ends = {
        parameter.parameter_id: (measured(parameter, 0.05), measured(parameter, 0.95))
        for parameter in parameters
    }
    return dict(sorted(ends.items(), key=lambda item: -abs(item[1][1] - item[1][0])))


def uncertain_sd_usd(
    flows_usd: Mapping[str, float], law: JointLaw, parameters: Sequence[UncertainParameter]
) -> float:
    """Return the standard deviation of F with uncertain flows, in closed form.

    sd² = Σ_ij F_i·F_j·P_ij·Π_k(1 + cv_k²) − E(F)², k over the parameters on both i and j.

    Raises: as ``distribution`` and ``uncertain_distribution``.
    """
    _checked(parameters, law)
    flows, pairs = checked_flows(flows_usd, law), law.pair_probabilities()
    inflation = np.ones_like(pairs)
    for parameter, load in zip(parameters, _loads(parameters, law), strict=True):
        inflation *= (1 + parameter.cv_ratio**2) ** np.outer(load, load)
    second_moment = float(flows @ (pairs * inflation) @ flows)
    variance = second_moment - float(flows @ pairs.diagonal()) ** 2
    return math.sqrt(max(variance, 0.0))


def uncertain_distribution(
    flows_usd: Mapping[str, float],
    law: JointLaw,
    parameters: Sequence[UncertainParameter],
    *,
    draws_count: int = 1_000_000,
    seed: int = 0,
    levels: Sequence[float] = (0.05, 0.5, 0.9, 0.95, 0.99),
    parts: Parts | None = None,
) -> Distribution:
    """Return the law of F with uncertain flows: every draw of the factors sums the exact states.

    The mean, and quantile and expected shortfall at each of ``levels``, are those of the
    draws × 2ⁿ atoms exactly; elsewhere the atoms of one of 4,096 equal bins stand at their mean.
    Of a sampled law every draw of the decisions has one of the factors, and is an atom.
    The same seed gives the same bytes.

    Args:
        parts: of each provider, what its flow is made of; None = every factor moves all of it.

    Raises: QuestionError for a cv below 0, an unknown provider, a level outside 0–1, no draw,
        draws × 2ⁿ above 2²⁷, and as ``distribution``.
    """
    whole = _whole(flows_usd, law, parts)
    check_between({str(level): level for level in levels}, "level", low=ROUNDING)
    _checked(parameters, law)
    if isinstance(law, SampledLaw):
        factors = _factors(parameters, law.draws_count, seed)
        sums = law.sums(_moved(whole, law, parameters, factors))
        return Distribution(*merged(sums, law.state_probabilities, 0.0))
    states_count = law.state_probabilities.size
    check_between({"draws": draws_count}, "count", low=1, high=ATOMS_LIMIT_COUNT // states_count)
    drawn = _moved(whole, law, parameters, _factors(parameters, draws_count, seed))
    least_usd = float(np.minimum(drawn, 0.0).sum(axis=0).min())
    most_usd = float(np.maximum(drawn, 0.0).sum(axis=0).max())
    binning = _Binning(least_usd, (most_usd - least_usd) / _BINS_COUNT or 1.0)
    masses, moments = _binned(drawn, law, binning)
    below = np.cumsum(masses)
    wanted = np.zeros(masses.size, dtype=bool)
    reached = np.searchsorted(below, np.asarray(levels) - ROUNDING)
    wanted[np.minimum(reached, masses.size - 1)] = True
    values, weights = _atoms_inside(drawn, law, binning, wanted)
    rest = ~wanted & (masses > 0)
    support = np.concatenate([values, moments[rest] / masses[rest]])
    order = np.argsort(support, kind="stable")
    return Distribution(support[order], np.concatenate([weights, masses[rest]])[order])


class _Binning(NamedTuple):
    """Equal bins over all flows: where the first begins, and how wide each is."""

    least_usd: float
    width_usd: float


def _whole(flows_usd: Mapping[str, float], law: JointLaw, parts: Parts | None) -> Parts:
    """Return the parts of each provider's flow; the flow itself where none are told apart."""
    flows = checked_flows(flows_usd, law)
    if parts is not None:
        return parts
    return {name: [Part(flow)] for name, flow in zip(law.provider_ids, flows.tolist(), strict=True)}


def _moved(
    parts: Parts, law: JointLaw, parameters: Sequence[UncertainParameter], factors: Array
) -> Array:
    """Return providers × draws in US dollars: the sum of each provider's parts, each moved.

    Args:
        factors: parameters × draws.
    """
    loads = _loads(parameters, law)
    moved = np.zeros((loads.shape[1], factors.shape[1]))
    for place, name in enumerate(law.provider_ids):
        concerned = np.flatnonzero(loads[:, place]).tolist()
        own, own_factors = [parameters[i] for i in concerned], factors[concerned]
        for part in parts[name]:
            moved[place] += _drawn(part, own, own_factors)
    return moved


def _drawn(part: Part, parameters: Sequence[UncertainParameter], factors: Array) -> Array:
    beyond, held, price = (np.ones(factors.shape[1]) for _ in range(3))
    for parameter, factor in zip(parameters, factors, strict=True):
        method = _METHOD_OF.get(parameter.kind)
        if part.method is not None and method is not None and part.method != method:
            continue
        if parameter.kind == _PRICE:
            price = price * factor
        elif parameter.kind in _BEYOND:
            beyond = beyond * factor
        else:
            held = held * factor
    side = -1.0 if part.flow_usd < 0 else 1.0
    # what is held of the other side bounds a net purchase nowhere
    seen_usd = max(part.observed_usd * side, 0.0)
    estimated_usd = max(part.flow_usd * side - seen_usd, 0.0) * beyond
    least_usd = min(seen_usd, part.flow_usd * side)
    return side * np.maximum(least_usd, (least_usd + estimated_usd) * held) * price


def _factors(parameters: Sequence[UncertainParameter], draws_count: int, seed: int) -> Array:
    """Return parameters × draws."""
    log_sds = np.array([[parameter.log_sd] for parameter in parameters]).reshape(-1, 1)
    generator = np.random.Generator(np.random.PCG64(seed))
    normals = generator.standard_normal((len(parameters), draws_count))
    return np.exp(log_sds * normals - log_sds**2 / 2)


def _atom_blocks(
    drawn: Array, law: JointLaw, binning: _Binning
) -> Iterator[tuple[Array, Array, npt.NDArray[np.intp]]]:
    """Yield flow, probability and bin of all draws × states, a block at a time."""
    draws_count = drawn.shape[1]
    width = max(_ATOMS_BLOCK_COUNT // law.state_probabilities.size, 1)
    for start in range(0, draws_count, width):
        sums = state_sums(drawn[:, start : start + width])
        weights = np.repeat(law.state_probabilities / draws_count, sums.shape[1])
        bins = ((sums - binning.least_usd) * (1 / binning.width_usd)).astype(np.intp).ravel()
        yield sums.ravel(), weights, bins


def _binned(drawn: Array, law: JointLaw, binning: _Binning) -> tuple[Array, Array]:
    masses, moments = np.zeros(_BINS_COUNT + 2), np.zeros(_BINS_COUNT + 2)
    for sums, weights, bins in _atom_blocks(drawn, law, binning):
        masses += np.bincount(bins, weights, masses.size)
        moments += np.bincount(bins, weights * sums, masses.size)
    return masses, moments


def _atoms_inside(
    drawn: Array, law: JointLaw, binning: _Binning, wanted: npt.NDArray[np.bool_]
) -> tuple[Array, Array]:
    values, probabilities = [], []
    for sums, weights, bins in _atom_blocks(drawn, law, binning):
        inside = wanted[bins] & (weights > 0)
        values.append(sums[inside])
        probabilities.append(weights[inside])
    return np.concatenate(values), np.concatenate(probabilities)


def _checked(parameters: Sequence[UncertainParameter], law: JointLaw) -> None:
    check_between({p.parameter_id: p.cv_ratio for p in parameters}, "cv", high=math.inf)
    for parameter in parameters:
        check_names(parameter.provider_ids or (), law.provider_ids)


def _loads(parameters: Sequence[UncertainParameter], law: JointLaw) -> Array:
    """Return parameters × providers, 1 where the parameter multiplies the provider's flow."""
    rows = [
        [p.provider_ids is None or name in p.provider_ids for name in law.provider_ids]
        for p in parameters
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, len(law.provider_ids))
