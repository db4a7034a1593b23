from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import ANSWERS, FLOWS, GIVEN, ODDS, law_of

from flowrisk.analytics.decisions.dependence import (
    Distribution,
    JointLaw,
    distribution,
    given_decisions_usd,
    independent,
    leader_follower,
    one_factor_copula,
    variance_shares,
)
from flowrisk.errors import QuestionError

NAMES = ("a", "b", "c", "d")

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=4).map(
    lambda values: dict(zip(NAMES, values, strict=False))
)
flows_of_four = st.lists(st.floats(0, 100), min_size=4, max_size=4)


def reaching(found: Distribution, flow_usd: float) -> float:
    """P(F >= flow), read off the curve."""
    support, beyond = found.exceedance_curve()
    return float(np.append(beyond, 0.0)[np.searchsorted(support, flow_usd - 1e-9)])


def marginals_of(law: JointLaw) -> list[float]:
    return law.pair_probabilities().diagonal().tolist()


@pytest.mark.parametrize("name", ["independent", "leader", "copula"])
def test_the_three_laws_by_enumeration(name: str) -> None:
    answer, law = ANSWERS[name], law_of(name)
    found = distribution(FLOWS, law)
    assert found.mean_usd == pytest.approx(answer["mean"], abs=1e-6)
    assert found.sd_usd == pytest.approx(answer["sd"], abs=1e-6)
    assert law.none_probability == pytest.approx(answer["none"], abs=1e-6)
    assert law.all_probability == pytest.approx(answer["all"], abs=1e-6)
    assert found.expected_shortfall_usd(0.95) == pytest.approx(answer["es95"], abs=1e-5)
    assert reaching(found, 4.0) == pytest.approx(answer["at_least_4"], abs=1e-6)
    for level, expected in answer["quantiles"].items():
        assert found.quantile_usd(float(level)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.9, 0.99, 0.9999])
def test_copula_meets_the_closed_forms(rho: float) -> None:
    pair = one_factor_copula({"a": 0.5, "b": 0.5}, rho)
    three = one_factor_copula({"a": 0.5, "b": 0.5, "c": 0.5}, rho)
    assert pair.all_probability == pytest.approx(0.25 + math.asin(rho) / (2 * math.pi), abs=1e-9)
    assert three.all_probability == pytest.approx(
        0.125 + 3 * math.asin(rho) / (4 * math.pi), abs=1e-9
    )


def test_copula_at_one_half_is_a_third_and_a_quarter() -> None:
    halves = {"a": 0.5, "b": 0.5, "c": 0.5}
    assert one_factor_copula({"a": 0.5, "b": 0.5}, 0.5).all_probability == pytest.approx(1 / 3)
    assert one_factor_copula(halves, 0.5).all_probability == pytest.approx(1 / 4)


def test_copula_agrees_with_gauss_hermite_on_unequal_marginals() -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    law = one_factor_copula({"a": 0.4, "b": 0.1}, 0.3)
    normal = np.vectorize(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)))
    cuts = {0.4: -0.2533471031357997, 0.1: -1.2815515655446004}
    given_z = [normal((c - math.sqrt(0.3) * nodes) / math.sqrt(0.7)) for c in cuts.values()]
    expected = (given_z[0] * given_z[1]) @ weights / weights.sum()
    assert law.state_probabilities[0b11] == pytest.approx(expected, abs=1e-10)


def test_copula_without_correlation_is_independence_exactly() -> None:
    found = one_factor_copula(ODDS, 0.0).state_probabilities
    np.testing.assert_array_equal(found, independent(ODDS).state_probabilities)


def test_copula_of_full_correlation_is_one_decision() -> None:
    law = one_factor_copula({"a": 0.2, "b": 0.5, "c": 0.0}, 1.0)
    expected = np.zeros(8)
    expected[[0b000, 0b010, 0b011]] = [0.5, 0.3, 0.2]
    np.testing.assert_allclose(law.state_probabilities, expected, atol=1e-15)


@pytest.mark.parametrize("rho", [0.0, 0.4, 1.0])
def test_known_outcomes_stay_certain(rho: float) -> None:
    law = one_factor_copula({"a": 1.0, "b": 0.3, "c": 0.0}, rho)
    assert law.state_probabilities[[0b001, 0b011]] == pytest.approx([0.7, 0.3], abs=1e-12)
    assert law.state_probabilities[[0, 2, 4, 5, 6, 7]].tolist() == [0.0] * 6


def test_bits_of_a_state_follow_the_order_of_providers() -> None:
    law = independent({"a": 0.1, "b": 0.2, "c": 0.3})
    assert law.state_probabilities[0b001] == pytest.approx(0.1 * 0.8 * 0.7)
    assert law.state_probabilities[0b110] == pytest.approx(0.9 * 0.2 * 0.3)


@given(probabilities, st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_every_model_keeps_the_marginals_and_sums_to_one(
    odds: dict[str, float], share: float
) -> None:
    closest = {n: min(1.0, p / odds["a"]) if odds["a"] > 0 else p for n, p in odds.items()}
    followers = {n: p + share * (closest[n] - p) for n, p in odds.items() if n != "a"}
    laws = [independent(odds), one_factor_copula(odds, share)]
    if odds["a"] < 1:
        laws.append(leader_follower(odds, "a", followers))
    for law in laws:
        assert law.state_probabilities.sum() == pytest.approx(1, abs=1e-9)
        assert law.state_probabilities.min() >= 0
        assert marginals_of(law) == pytest.approx(list(odds.values()), abs=1e-7)


@given(probabilities, flows_of_four, st.floats(0, 1), st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_the_mean_ignores_dependence_and_shortfall_is_beyond_var(
    odds: dict[str, float], amounts: list[float], rho: float, level: float
) -> None:
    flows = dict(zip(odds, amounts, strict=False))
    expected = sum(flows[name] * p for name, p in odds.items())
    for law in (independent(odds), one_factor_copula(odds, rho)):
        found = distribution(flows, law)
        assert found.mean_usd == pytest.approx(expected, abs=1e-5)
        var_usd = found.quantile_usd(level)
        assert found.expected_shortfall_usd(level) >= var_usd - 1e-6
        assert var_usd in found.support_usd


@given(probabilities, flows_of_four, st.floats(0, 1), st.floats(0, 400))
@settings(max_examples=60, deadline=None)
def test_a_likelier_exclusion_never_lowers_the_exceedance(
    odds: dict[str, float], amounts: list[float], rho: float, flow: float
) -> None:
    flows = dict(zip(odds, amounts, strict=False))
    likelier = odds | {"a": odds["a"] + (1 - odds["a"]) / 2}
    for lower, higher in (
        (independent(odds), independent(likelier)),
        (one_factor_copula(odds, rho), one_factor_copula(likelier, rho)),
    ):
        before = reaching(distribution(flows, lower), flow)
        assert reaching(distribution(flows, higher), flow) >= before - 1e-7


def test_atoms_that_differ_by_rounding_are_one() -> None:
    found = distribution({"a": 0.1, "b": 0.2, "c": 0.3}, independent(dict.fromkeys("abc", 0.5)))
    assert found.support_usd.tolist() == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    assert found.probabilities.tolist() == pytest.approx([1 / 8] * 3 + [2 / 8] + [1 / 8] * 3)


def test_a_quantile_is_an_atom_and_reaches_its_level_exactly() -> None:
    found = distribution({"a": 10.0}, independent({"a": 0.05}))
    assert found.quantile_usd(0.95) == 0.0
    assert found.quantile_usd(0.950001) == 10.0
    assert found.expected_shortfall_usd(0.9) == pytest.approx(5.0)


def test_rounding_moves_no_quantile() -> None:
    tenths = Distribution(np.arange(10.0), np.full(10, 0.1))
    assert np.cumsum(tenths.probabilities)[7] < 0.8
    assert tenths.quantile_usd(0.8) == 7.0


def test_impossible_flows_are_no_atoms() -> None:
    found = distribution({"a": 1.0, "b": 2.0}, independent({"a": 1.0, "b": 0.0}))
    assert (found.support_usd.tolist(), found.probabilities.tolist()) == ([1.0], [1.0])
    assert found.quantile_usd(0.01) == found.quantile_usd(1.0) == 1.0


def test_exceedance_curve_starts_at_one_and_ends_at_the_last_atom() -> None:
    support, beyond = distribution(FLOWS, law_of("independent")).exceedance_curve()
    assert support[[0, -1]].tolist() == pytest.approx([0.0, 8.8])
    assert beyond[0] == pytest.approx(1)
    assert beyond[-1] == pytest.approx(ANSWERS["independent"]["all"])
    assert (np.diff(beyond) < 0).all()


def test_variance_shares_of_independent_providers_are_their_own_variances() -> None:
    found = variance_shares(FLOWS, law_of("independent"))
    own = {name: FLOWS[name] ** 2 * p * (1 - p) for name, p in ODDS.items()}
    assert found == pytest.approx({name: v / sum(own.values()) for name, v in own.items()})


@pytest.mark.parametrize("name", ["leader", "copula"])
def test_variance_shares_are_covariances_over_the_states(name: str) -> None:
    law = law_of(name)
    states = np.array(list(product((0, 1), repeat=len(FLOWS))))[:, ::-1]
    spread = states @ list(FLOWS.values()) - ANSWERS[name]["mean"]
    found = variance_shares(FLOWS, law)
    for (provider, flow), excludes in zip(FLOWS.items(), states.T, strict=True):
        covariance = (flow * excludes * spread) @ law.state_probabilities
        assert found[provider] == pytest.approx(covariance / ANSWERS[name]["sd"] ** 2, abs=1e-6)


def test_variance_shares_are_unknown_where_nothing_varies() -> None:
    assert variance_shares({"a": 1.0, "b": 2.0}, independent({"a": 1.0, "b": 0.0})) == {
        "a": None,
        "b": None,
    }


def test_the_mean_given_a_decision_takes_the_followers_with_it() -> None:
    # P(b | a) = 0.8 and P(b | not a) = (0.5 - 0.5 * 0.8) / 0.5 = 0.2, and the same of a given b
    law = leader_follower({"a": 0.5, "b": 0.5}, "a", {"b": 0.8})
    found = given_decisions_usd({"a": 10.0, "b": 5.0}, law)
    assert found["a"] == pytest.approx((0.2 * 5, 10 + 0.8 * 5))
    assert found["b"] == pytest.approx((0.2 * 10, 5 + 0.8 * 10))


def test_the_mean_given_what_cannot_be_is_unknown() -> None:
    found = given_decisions_usd({"a": 1.0, "b": 2.0}, independent({"a": 1.0, "b": 0.5}))
    assert found["a"] == (None, pytest.approx(2.0))


def test_a_leader_that_cannot_be_followed_so_closely_is_refused_by_name() -> None:
    with pytest.raises(QuestionError, match="'crsp'") as refusal:
        leader_follower(ODDS, "msci", GIVEN | {"crsp": 0.9})
    assert refusal.value.facts["needed without the leader"] == pytest.approx(-0.11 / 0.6)


def test_a_certain_leader_leaves_followers_their_own_probability() -> None:
    law = leader_follower({"a": 1.0, "b": 0.3}, "a", {"b": 0.3})
    assert law.state_probabilities.tolist() == pytest.approx([0.0, 0.7, 0.0, 0.3])
    with pytest.raises(QuestionError, match="'b'"):
        leader_follower({"a": 1.0, "b": 0.3}, "a", {"b": 0.4})


@pytest.mark.parametrize("p", [-0.01, 1.01, math.nan, math.inf])
def test_a_probability_outside_its_range_is_refused(p: float) -> None:
    with pytest.raises(QuestionError, match="probability of 'b'") as refusal:
        independent({"a": 0.5, "b": p})
    assert refusal.value.remedy


@pytest.mark.parametrize("rho", [-0.1, 1.1, math.nan])
def test_a_correlation_outside_its_range_is_refused(rho: float) -> None:
    with pytest.raises(QuestionError, match="correlation"):
        one_factor_copula({"a": 0.5}, rho)


@pytest.mark.parametrize("count", [0, 21])
def test_more_than_twenty_providers_or_none_are_refused(count: int) -> None:
    with pytest.raises(QuestionError, match="providers") as refusal:
        independent({str(n): 0.5 for n in range(count)})
    assert refusal.value.facts["given"] == count


def test_an_unknown_provider_is_refused_with_the_nearest() -> None:
    law = law_of("independent")
    for ask in (
        lambda: distribution(FLOWS | {"mcsi": 1.0}, law),
        lambda: leader_follower(ODDS, "mcsi", GIVEN),
        lambda: leader_follower(ODDS | {"msci": 0.4}, "msci", GIVEN | {"msci": 0.5}),
    ):
        with pytest.raises(QuestionError, match="No provider"):
            ask()
    with pytest.raises(QuestionError) as refusal:
        distribution(FLOWS | {"mcsi": 1.0}, law)
    assert refusal.value.facts["nearest"] == "msci"


def test_a_missing_flow_is_not_zero() -> None:
    with pytest.raises(QuestionError, match="'crsp' has no value"):
        distribution(
            {name: flow for name, flow in FLOWS.items() if name != "crsp"}, law_of("leader")
        )


@pytest.mark.parametrize("flow", [math.nan, math.inf, -math.inf])
def test_an_unusable_flow_is_refused(flow: float) -> None:
    with pytest.raises(QuestionError, match="flow of 'msci'"):
        distribution(FLOWS | {"msci": flow}, law_of("independent"))


@pytest.mark.parametrize("level", [0.0, -0.1, 1.1, math.nan])
def test_a_level_outside_its_range_is_refused(level: float) -> None:
    with pytest.raises(QuestionError, match="level"):
        distribution(FLOWS, law_of("independent")).quantile_usd(level)
