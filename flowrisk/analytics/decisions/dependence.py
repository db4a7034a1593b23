"""The joint law of provider decisions: who excludes together, and what flow that makes.

Owns F = Σ F_i·D_i with D_i ∈ {0, 1}: exact probabilities of all 2ⁿ states under three dependence
models, and the law of F; of more than 20 providers ``sampling`` draws the decisions. Probabilities
(0–1) and flows (USD; any other unit comes out as it went in) are mappings by provider_id. Never
reads data, never assumes a probability, never interpolates a quantile.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from flowrisk.analytics.decisions.checks import (
    ROUNDING,
    Array,
    aligned,
    check_between,
    check_names,
)
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


_NORMAL = NormalDist()
_MERGING_RATIO = 1e-9
PROVIDERS_LIMIT_COUNT = 20
ONE_DECISION_FROM_RATIO = 1 - 1e-9
_NODES_SPAN, _NODES_LIMIT_COUNT, _NODES_BLOCK_COUNT = 8.5, 2**18, 2**12


@dataclass(frozen=True, slots=True, eq=False)
class JointLaw:
    """Probabilities of all 2ⁿ states; in state s a provider excludes where bit i of s is set."""

    provider_ids: tuple[str, ...]
    state_probabilities: Array

    @property
    def none_probability(self) -> float:
        """P(no provider excludes)."""
        return float(self.state_probabilities[0])

    @property
    def all_probability(self) -> float:
        """P(every provider excludes)."""
        return float(self.state_probabilities[-1])

    def pair_probabilities(self) -> Array:
        """Return P(i and j both exclude), n × n; the diagonal holds the marginals."""
        count = len(self.provider_ids)
        pairs = np.empty((count, count))
        for i in range(count):
            given_i = self.state_probabilities.reshape(-1, 2, 2**i)[:, 1].ravel()
            pairs[i, i] = given_i.sum()
            for j in range(i):
                pairs[i, j] = pairs[j, i] = given_i.reshape(-1, 2, 2**j)[:, 1].sum()
        return pairs

    def sums(self, flows: Array) -> Array:
        """Return the flow of every state; ``flows`` by provider, in the order of the law."""
        return state_sums(flows)

    def likeliest(self, at_most_count: int) -> Likeliest:
        """Return the likeliest states, in their order."""
        weights = self.state_probabilities
        kept = np.sort(np.argsort(-weights, kind="stable")[:at_most_count])
        decisions = (kept[:, None] >> np.arange(len(self.provider_ids)) & 1).astype(bool)
        return Likeliest(decisions, weights[kept], kept, weights.size)

    def moments_usd(self, flows: Array) -> tuple[float, float] | None:  # noqa: ARG002
        """Return mean and standard deviation of F; None where the law of F gives them exactly."""
        return None

    def given_decisions_usd(self, flows: Array) -> list[tuple[float | None, float | None]]:
        """Return the mean flow given no and given yes of each provider, as the function."""
        sums, weights = self.sums(flows), self.state_probabilities
        found: list[tuple[float | None, float | None]] = []
        for i in range(flows.size):
            excludes = (np.arange(sums.size) >> i & 1).astype(bool)
            no, yes = (_mean(sums[kept], weights[kept]) for kept in (~excludes, excludes))
            found.append((no, yes))
        return found


class Likeliest(NamedTuple):
    """Some states: who excludes (states × providers), how likely, and their place among the sums of
    the law; ``states_count`` are those it knows."""

    decisions: npt.NDArray[np.bool_]
    probabilities: Array
    places: npt.NDArray[np.intp]
    states_count: int


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """A discrete law of the flow: support ascending, every atom with a probability above 0.

    ``moments_usd``: mean and standard deviation where the atoms are draws and these are known.
    """

    support_usd: Array
    probabilities: Array
    moments_usd: tuple[float, float] | None = None

    @property
    def mean_usd(self) -> float:
        """E(F), the same under any dependence."""
        if self.moments_usd is not None:
            return self.moments_usd[0]
        return float(self.support_usd @ self.probabilities)

    @property
    def sd_usd(self) -> float:
        """Standard deviation of F."""
        if self.moments_usd is not None:
            return self.moments_usd[1]
        return math.sqrt(float((self.support_usd - self.mean_usd) ** 2 @ self.probabilities))

    def quantile_usd(self, level_ratio: float) -> float:
        """Value at risk: inf{x: P(F ≤ x) ≥ level}, an atom of the law, never between two.

        P(F ≤ x) counts as reaching the level from 1e-12 below it on.

        Raises: QuestionError unless 0 < level ≤ 1.
        """
        check_between({"level": level_ratio}, "level", low=ROUNDING)
        below = np.cumsum(self.probabilities)
        index = np.searchsorted(below, level_ratio - ROUNDING)
        return float(self.support_usd[min(int(index), below.size - 1)])

    def expected_shortfall_usd(self, level_ratio: float) -> float:
        """Mean of the worst 1 − level, with the atom at VaR split.

        ES = [E(F; F > VaR) + VaR·((1 − level) − P(F > VaR))] / (1 − level); at least VaR.

        Raises: QuestionError unless 0 < level < 1.
        Source: Acerbi and Tasche 2002, "On the coherence of expected shortfall", section 4.
        """
        check_between({"level": level_ratio}, "level", low=ROUNDING, high=1 - ROUNDING)
        var_usd, rest = self.quantile_usd(level_ratio), 1 - level_ratio
        worse = self.support_usd > var_usd
        mass = self.probabilities[worse]
        return float(mass @ self.support_usd[worse] + var_usd * (rest - mass.sum())) / rest

    def exceedance_curve(self) -> tuple[Array, Array]:
        """Return each flow of the support and P(F ≥ that flow), which starts at 1 and falls."""
        return self.support_usd, np.cumsum(self.probabilities[::-1])[::-1]


def independent(probabilities: Mapping[str, float]) -> JointLaw:
    """Build the law of decisions taken without regard to each other: products of p and 1 − p.

    Raises: QuestionError for a probability outside 0–1, no provider or more than 20.
    """
    return JointLaw(tuple(probabilities), _products(checked_probabilities(probabilities)))


def leader_follower(
    probabilities: Mapping[str, float], leader: str, given_leader: Mapping[str, float]
) -> JointLaw:
    """Build the law of followers that look at one leader only, their marginals kept.

    P(j | leader excludes) = q1_j (``given_leader``, every follower) and
    P(j | leader does not) = q0_j = (p_j − p₁·q1_j)/(1 − p₁).

    Raises: QuestionError where q0 leaves 0–1 (named), for an unknown or missing provider, and
        as ``independent``.
    """
    marginals, names = checked_probabilities(probabilities), tuple(probabilities)
    excluding, staying = given_leader_decides(probabilities, leader, given_leader)
    leading = float(marginals[names.index(leader)])
    return JointLaw(names, leading * _products(excluding) + (1 - leading) * _products(staying))


def given_leader_decides(
    probabilities: Mapping[str, float], leader: str, given_leader: Mapping[str, float]
) -> tuple[Array, Array]:
    """Return the probability of every provider, the leader's among them, given that the leader
    excludes, and given that it does not.

    Raises: as ``leader_follower``.
    """
    followers = [name for name in probabilities if name != leader]
    check_names([leader], tuple(probabilities))
    check_between(given_leader, "probability given the leader")
    led = dict(zip(followers, aligned(given_leader, followers), strict=True))
    p_leader = probabilities[leader]
    alone = {
        name: _without_leader(name, probabilities[name], p_leader, led[name]) for name in followers
    }
    excluding = np.array([led.get(name, 1.0) for name in probabilities])
    return excluding, np.array([alone.get(name, 0.0) for name in probabilities])


def one_factor_copula(probabilities: Mapping[str, float], rho_ratio: float) -> JointLaw:
    """Build the law of decisions that share one normal factor Z: the one-factor Gaussian copula.

    p_i(z) = Φ((c_i − √ρ·z)/√(1 − ρ)), c_i = Φ⁻¹(p_i), integrated over z ~ N(0, 1) by the
    trapezoid rule, whose error falls exponentially here; its step follows ρ and n so that it
    stays below 1e-10, and 1e-6 within 1e-8 of ρ = 1 (Gauss–Hermite with 256 nodes is off by 9e-4 at
    ρ = 0.99). ρ = 0 is exact;
    from 1 − 1e-9 on ρ counts as 1, one draw deciding all, exact at 1 and within 1e-5 below.

    Raises: QuestionError for ρ outside 0–1, and as ``independent``.
    Source: Vasicek 1987, "Probability of loss on loan portfolio"; Trefethen and Weideman 2014,
        "The exponentially convergent trapezoidal rule", section 5 (the step).
    """
    check_between({"rho": rho_ratio}, "correlation")
    marginals, names = checked_probabilities(probabilities), tuple(probabilities)
    if rho_ratio == 0:
        return independent(probabilities)
    if rho_ratio >= ONE_DECISION_FROM_RATIO:
        return JointLaw(names, _one_decision_states(marginals))
    half = len(names) // 2
    states = np.zeros((2 ** (len(names) - half), 2**half))
    for nodes, weights in normal_nodes(rho_ratio, len(names)):
        given = given_factor(marginals, rho_ratio, nodes)
        states += (_products(given[half:]) * weights) @ _products(given[:half]).T
    return JointLaw(names, states.ravel() / states.sum())


def distribution(flows_usd: Mapping[str, float], law: JointLaw) -> Distribution:
    """Return the law of F = Σ F_i·D_i over the states; atoms closer than 1e-9 of Σ |F_i| are one.

    Args:
        flows_usd: sold above 0, bought below.

    Raises: QuestionError for a flow that is unknown or not finite, or a provider that the law does
        not know or lacks.
    """
    flows = checked_flows(flows_usd, law)
    held = law.state_probabilities > 0
    sums, weights = law.sums(flows)[held], law.state_probabilities[held]
    support, masses = merged(sums, weights, _MERGING_RATIO * np.abs(flows).sum())
    return Distribution(support, masses, law.moments_usd(flows))


def merged(sums: Array, weights: Array, width_usd: float) -> tuple[Array, Array]:
    """Return flows ascending with their probabilities, those no further apart than so as one."""
    order = np.argsort(sums, kind="stable")
    sums, weights = sums[order], weights[order]
    starts = np.flatnonzero(np.diff(sums, prepend=-math.inf) > width_usd)
    return sums[starts], np.add.reduceat(weights, starts)


def covariances_usd2(flows: Array, pairs: Array) -> Array:
    """Return Cov(F_i·D_i, F) of each provider, whose sum is Var F, from P(i and j both exclude)."""
    own = pairs.diagonal()
    covariances: Array = flows * ((pairs - np.outer(own, own)) @ flows)
    return covariances


def variance_shares(flows_usd: Mapping[str, float], law: JointLaw) -> dict[str, float | None]:
    """Return the share of each provider in Var F: Cov(F_i·D_i, F)/Var F, summing to 1.

    Null where F does not vary at all. Below 0 cannot come from the three models with ρ ≥ 0 and
    flows of one side; it can from a leader whom a follower avoids (q1 < p), and from a purchase
    that takes from what others sell.

    Raises: as ``distribution``.
    """
    flows = checked_flows(flows_usd, law)
    covariances = covariances_usd2(flows, law.pair_probabilities())
    variance = covariances.sum()
    if variance <= ROUNDING * np.abs(flows).sum() ** 2:
        return dict.fromkeys(law.provider_ids)
    return dict(zip(law.provider_ids, (covariances / variance).tolist(), strict=True))


def given_decisions_usd(
    flows_usd: Mapping[str, float], law: JointLaw
) -> dict[str, tuple[float | None, float | None]]:
    """Return the mean flow given that each provider decides no, and given that it decides yes.

    E[F | Xᵢ = 0] and E[F | Xᵢ = 1], in US dollars by provider_id; None where that decision has
    probability 0.

    Raises: as ``distribution``.
    """
    ends = law.given_decisions_usd(checked_flows(flows_usd, law))
    return dict(zip(law.provider_ids, ends, strict=True))


def _mean(sums: Array, weights: Array) -> float | None:
    mass = float(weights.sum())
    return float(weights @ sums) / mass if mass > 0 else None


def _products(rows: Array) -> Array:
    states = np.ones((1, *rows.shape[1:]))
    for row in rows:
        states = np.concatenate([states * (1 - row), states * row])
    return states


def state_sums(flows: Array) -> Array:
    """Return the flow of every state by bitmask; flows are n or n × draws."""
    sums = np.zeros((1, *flows.shape[1:]))
    for flow in flows:
        sums = np.concatenate([sums, sums + flow])
    return sums


def _without_leader(name: str, p: float, p_leader: float, q1: float) -> float:
    """Return q0, or refuse: with a certain leader only q1 = p is possible."""
    stays = p - p_leader * q1
    q0 = stays / (1 - p_leader) if p_leader < 1 else (p if abs(stays) < ROUNDING else math.nan)
    if not -ROUNDING <= q0 <= 1 + ROUNDING:
        raise QuestionError(
            f"Provider '{name}' cannot follow the leader like that.",
            facts={
                "probability": p,
                "given the leader": q1,
                "leader's probability": p_leader,
                "needed without the leader": q0,
            },
            remedy="Choose P(follower | leader) so that (p − p₁·q1)/(1 − p₁) stays inside 0–1.",
        )
    return min(max(q0, 0.0), 1.0)


def _one_decision_states(marginals: Array) -> Array:
    states = np.zeros(2**marginals.size)
    likeliest = np.argsort(-marginals, kind="stable")
    masks = np.cumsum(np.concatenate([[0], 2**likeliest]))
    states[masks] = -np.diff(np.concatenate([[1.0], marginals[likeliest], [0.0]]))
    return states


def normal_nodes(rho_ratio: float, count: int) -> Iterator[tuple[Array, Array]]:
    """Yield nodes and weights of N(0, 1) in blocks, spaced for an error of e^-27 or below."""
    spread = 1 + count * rho_ratio / (1 - rho_ratio)
    needed = math.ceil(_NODES_SPAN / (math.pi * math.sqrt(2 / (27 * spread))))
    nodes = np.linspace(-_NODES_SPAN, _NODES_SPAN, min(2 * needed + 1, _NODES_LIMIT_COUNT + 1))
    weights = np.exp(-(nodes**2) / 2)
    weights /= weights.sum()
    for start in range(0, nodes.size, _NODES_BLOCK_COUNT):
        block = slice(start, start + _NODES_BLOCK_COUNT)
        yield nodes[block], weights[block]


def given_factor(marginals: Array, rho_ratio: float, nodes: Array) -> Array:
    """Return P(provider excludes | the factor), providers × nodes, for 0 < ρ < 1."""
    cdf = np.frompyfunc(_NORMAL.cdf, 1, 1)
    limits = {0.0: -math.inf, 1.0: math.inf}
    cuts = np.array([limits[p] if p in limits else _NORMAL.inv_cdf(p) for p in marginals.tolist()])
    shifted = cuts[:, None] - math.sqrt(rho_ratio) * nodes
    return np.asarray(cdf(shifted / math.sqrt(1 - rho_ratio)), dtype=np.float64)


def checked_probabilities(
    probabilities: Mapping[str, float], *, at_most_count: int = PROVIDERS_LIMIT_COUNT
) -> Array:
    """Return the probabilities in their order.

    Raises: QuestionError for one outside 0–1, no provider or more than ``at_most_count``.
    """
    check_between({"providers": len(probabilities)}, "count", low=1, high=at_most_count)
    check_between(probabilities, "probability")
    return np.array(list(probabilities.values()), dtype=np.float64)


def checked_flows(flows_usd: Mapping[str, float], law: JointLaw) -> Array:
    """Return the flows in the order of the law.

    Raises: QuestionError as ``distribution``.
    """
    flows = aligned(flows_usd, law.provider_ids)
    check_between(flows_usd, "flow", low=-math.inf, high=math.inf)
    return flows
