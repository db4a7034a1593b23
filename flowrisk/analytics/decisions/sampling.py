"""The joint law of more providers than can be enumerated: their decisions drawn.

Owns the draws, and what needs none: under each dependence decisions are independent of each other
given a common cause (none, the leader's decision, the factor), so that probabilities of one, two,
none and all providers, and the moments of F, are exact. Never reads data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from flowrisk.analytics.decisions.checks import ROUNDING, Array, check_between
from flowrisk.analytics.decisions.dependence import (
    ONE_DECISION_FROM_RATIO,
    JointLaw,
    Likeliest,
    checked_probabilities,
    covariances_usd2,
    given_factor,
    given_leader_decides,
    normal_nodes,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flowrisk.analytics.decisions.dependence import Distribution


DECISIONS_LIMIT_COUNT = 2**27
# of the decisions; uncertain flows are drawn with the seed alone
_STREAM = 1
_POINTS_COUNT = 400
_NORMAL_POINTS = np.array(
    [NormalDist().inv_cdf((i + 0.5) / _POINTS_COUNT) for i in range(_POINTS_COUNT)]
)


@dataclass(frozen=True, slots=True, eq=False)
class Causes:
    """The values of a common cause: how likely each, and P(provider excludes | value), providers ×
    values."""

    provider_ids: tuple[str, ...]
    weights: Array
    given: Array


@dataclass(frozen=True, slots=True, eq=False)
class SampledLaw(JointLaw):
    """Draws of all decisions (providers × draws), each a state of equal probability.

    ``both`` is P(i and j both exclude), ``without`` P(j excludes and i does not), rows by i;
    ``staying`` P(i does not), ``ends`` P(none) and P(all): all exact.
    """

    decisions: npt.NDArray[np.bool_]
    both: Array
    without: Array
    staying: Array
    ends: tuple[float, float]

    @property
    def draws_count(self) -> int:
        """How often the decisions were drawn."""
        return int(self.decisions.shape[1])

    @property
    def none_probability(self) -> float:
        """P(no provider excludes), exact."""
        return self.ends[0]

    @property
    def all_probability(self) -> float:
        """P(every provider excludes), exact."""
        return self.ends[1]

    def pair_probabilities(self) -> Array:
        """Return P(i and j both exclude), n × n, exact; the diagonal holds the marginals."""
        return self.both

    def sums(self, flows: Array) -> Array:
        """Return the flow of every draw; ``flows`` are n, or n × draws where each has its own."""
        sums = np.zeros(self.draws_count)
        for flow, excludes in zip(flows, self.decisions, strict=True):
            if np.any(flow):
                sums += flow * excludes
        return sums

    def likeliest(self, at_most_count: int) -> Likeliest:
        """Return the states drawn most often, those first, with their share of the draws."""
        packed = np.ascontiguousarray(np.packbits(self.decisions, axis=0).T)
        rows = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
        _, firsts, counts = np.unique(rows, return_index=True, return_counts=True)
        kept = np.argsort(-counts, kind="stable")[:at_most_count]
        places = firsts[kept]
        shares = counts[kept] / self.draws_count
        return Likeliest(self.decisions[:, places].T, shares, places, counts.size)

    def moments_usd(self, flows: Array) -> tuple[float, float]:
        """Return mean and standard deviation of F, exact."""
        variance = float(covariances_usd2(flows, self.both).sum())
        return float(flows @ self.both.diagonal()), math.sqrt(max(variance, 0.0))

    def given_decisions_usd(self, flows: Array) -> list[tuple[float | None, float | None]]:
        """Return the mean flow given no and given yes of each provider, exact."""
        no, yes = self.staying, self.both.diagonal()
        nos, yeses = _divided(self.without @ flows, no), _divided(self.both @ flows, yes)
        return list(zip(nos, yeses, strict=True))


def independent_causes(probabilities: Mapping[str, float]) -> Causes:
    """Return the one value of no common cause.

    Raises: QuestionError for a probability outside 0–1, or no provider.
    """
    marginals = _checked(probabilities)
    return Causes(tuple(probabilities), np.ones(1), marginals[:, None])


def leader_causes(
    probabilities: Mapping[str, float], leader: str, given_leader: Mapping[str, float]
) -> Causes:
    """Return the leader's two decisions.

    Raises: QuestionError as ``dependence.leader_follower``, of any number of providers.
    """
    _checked(probabilities)
    given = np.column_stack(given_leader_decides(probabilities, leader, given_leader))
    leading = probabilities[leader]
    return Causes(tuple(probabilities), np.array([leading, 1 - leading]), given)


def copula_causes(probabilities: Mapping[str, float], rho_ratio: float) -> Causes:
    """Return the common normal factor at the nodes of ``dependence.one_factor_copula``.

    Raises: QuestionError for ρ outside 0–1, and as ``independent_causes``.
    """
    check_between({"rho": rho_ratio}, "correlation")
    marginals, names = _checked(probabilities), tuple(probabilities)
    if rho_ratio == 0:
        return independent_causes(probabilities)
    if rho_ratio >= ONE_DECISION_FROM_RATIO:
        likeliest = np.argsort(-marginals, kind="stable")
        weights = -np.diff(np.concatenate([[1.0], marginals[likeliest], [0.0]]))
        given = np.empty((len(names), weights.size))
        given[likeliest] = np.arange(weights.size) > np.arange(len(names))[:, None]
        return Causes(names, weights, given)
    blocks = list(normal_nodes(rho_ratio, len(names)))
    given = np.hstack([given_factor(marginals, rho_ratio, nodes) for nodes, _ in blocks])
    return Causes(names, np.concatenate([weights for _, weights in blocks]), given)


def sampled(causes: Causes, *, draws_count: int, seed: int) -> SampledLaw:
    """Draw all decisions so often; the same seed gives the same bytes.

    Raises: QuestionError for no draw, and for providers × draws above 2²⁷.
    """
    names, given, weights = causes.provider_ids, causes.given, causes.weights
    at_most_count = DECISIONS_LIMIT_COUNT // len(names)
    check_between({"draws": draws_count}, "count", low=1, high=at_most_count)
    generator = np.random.Generator(np.random.PCG64([seed, _STREAM]))
    drawn = generator.choice(weights.size, draws_count, p=weights)
    decisions = np.empty((len(names), draws_count), dtype=np.bool_)
    for excludes, chances in zip(decisions, given, strict=True):
        np.less(generator.random(draws_count), chances[drawn], out=excludes)
    both, without = (given * weights) @ given.T, ((1 - given) * weights) @ given.T
    np.fill_diagonal(both, given @ weights)
    np.fill_diagonal(without, 0.0)
    ends = tuple(float(weights @ each.prod(axis=0)) for each in (1 - given, given))
    equal = np.full(draws_count, 1 / draws_count)
    staying = (1 - given) @ weights
    return SampledLaw(names, equal, decisions, both, without, staying, (ends[0], ends[1]))


def quantile_error_usd(drawn: Distribution, level_ratio: float, draws_count: int) -> float:
    """Return the standard error of a quantile: the deviation of the quantile at a level that is
    itself off by √(level·(1 − level)/draws), normally.

    Right for atoms and gaps too; 0 where all those quantiles are one atom.

    Source: Maritz and Jarrett 1978, "A note on estimating the variance of the sample median".
    """
    error = math.sqrt(level_ratio * (1 - level_ratio) / draws_count)
    levels = np.clip(level_ratio + error * _NORMAL_POINTS, 0.0, 1.0)
    places = np.searchsorted(np.cumsum(drawn.probabilities), levels - ROUNDING)
    return float(np.std(drawn.support_usd[np.minimum(places, drawn.support_usd.size - 1)]))


def shortfall_error_usd(drawn: Distribution, level_ratio: float, draws_count: int) -> float:
    """Return the standard error of an expected shortfall: sd((F − VaR)⁺)/((1 − level)·√draws).

    Raises: QuestionError as ``Distribution.expected_shortfall_usd``.
    Source: Manistre and Hancock 2005, "Variance of the CTE estimator".
    """
    beyond = np.maximum(drawn.support_usd - drawn.quantile_usd(level_ratio), 0.0)
    spread = math.sqrt(
        max(float(beyond**2 @ drawn.probabilities) - float(beyond @ drawn.probabilities) ** 2, 0.0)
    )
    return spread / ((1 - level_ratio) * math.sqrt(draws_count))


def moment_errors_usd(drawn: Distribution, draws_count: int) -> tuple[float, float]:
    """Return the standard errors of a drawn mean and standard deviation; 0 where they are known.

    sd/√draws, and √((μ₄ − sd⁴)/draws)/(2·sd).
    """
    sd_usd = drawn.sd_usd
    if drawn.moments_usd is not None or not sd_usd:
        return 0.0, 0.0
    fourth = float((drawn.support_usd - drawn.mean_usd) ** 4 @ drawn.probabilities)
    of_sd = math.sqrt(max(fourth - sd_usd**4, 0.0) / draws_count) / (2 * sd_usd)
    return sd_usd / math.sqrt(draws_count), of_sd


def _divided(amounts_usd: Array, chances: Array) -> list[float | None]:
    return [
        usd / chance if chance > 0 else None
        for usd, chance in zip(amounts_usd.tolist(), chances.tolist(), strict=True)
    ]


def _checked(probabilities: Mapping[str, float]) -> Array:
    return checked_probabilities(probabilities, at_most_count=DECISIONS_LIMIT_COUNT)
