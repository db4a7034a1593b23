"""Laws whose decisions are drawn, against the enumerated ones and against figures by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import ANSWERS, FLOWS, GIVEN, ODDS, law_of

from flowrisk.analytics.decisions import sampling
from flowrisk.analytics.decisions.dependence import (
    JointLaw,
    distribution,
    given_decisions_usd,
    leader_follower,
    one_factor_copula,
    variance_shares,
)
from flowrisk.analytics.decisions.sampling import (
    Causes,
    SampledLaw,
    copula_causes,
    independent_causes,
    leader_causes,
    sampled,
)
from flowrisk.analytics.decisions.uncertainty import UncertainParameter, uncertain_distribution
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAWS_COUNT = 40_000
MODELS = ("independent", "leader", "copula")


def causes_of(name: str) -> Causes:
    if name == "independent":
        return independent_causes(ODDS)
    if name == "leader":
        return leader_causes(ODDS, ANSWERS["providers"]["leader"], GIVEN)
    return copula_causes(ODDS, ANSWERS["providers"]["rho"])


def drawn(name: str, seed: int = 0) -> SampledLaw:
    return sampled(causes_of(name), draws_count=DRAWS_COUNT, seed=seed)


def off(probability: float) -> float:
    """Four standard errors of a probability."""
    return 4 * math.sqrt(probability * (1 - probability) / DRAWS_COUNT)


@pytest.mark.parametrize("name", MODELS)
def test_what_needs_no_draws_is_that_of_all_states(name: str) -> None:
    law, whole = drawn(name), law_of(name)
    assert law.pair_probabilities() == pytest.approx(whole.pair_probabilities(), abs=1e-9)
    assert law.none_probability == pytest.approx(whole.none_probability, abs=1e-9)
    assert law.all_probability == pytest.approx(whole.all_probability, abs=1e-9)
    got, expected = distribution(FLOWS, law), distribution(FLOWS, whole)
    assert (got.mean_usd, got.sd_usd) == pytest.approx(
        (expected.mean_usd, expected.sd_usd), rel=1e-9
    )
    assert variance_shares(FLOWS, law) == pytest.approx(variance_shares(FLOWS, whole), rel=1e-8)
    ends, of_all = given_decisions_usd(FLOWS, law), given_decisions_usd(FLOWS, whole)
    for provider, end in ends.items():
        assert end == pytest.approx(of_all[provider], rel=1e-8)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", MODELS)
def test_every_state_is_drawn_as_often_as_it_is_likely(name: str, seed: int) -> None:
    likeliest, whole = drawn(name, seed).likeliest(32), law_of(name)
    masks = likeliest.decisions @ (1 << np.arange(len(ODDS)))
    shares = dict(zip(masks.tolist(), likeliest.probabilities.tolist(), strict=True))
    for state, probability in enumerate(whole.state_probabilities.tolist()):
        # 32 states, of which each is off by four standard errors once in 16,000
        assert abs(shares.get(state, 0.0) - probability) <= off(probability)
    assert likeliest.probabilities.tolist() == sorted(shares.values(), reverse=True)


@pytest.mark.parametrize("name", MODELS)
def test_the_flow_is_that_of_all_states_within_the_error_that_is_said(name: str) -> None:
    got, expected = distribution(FLOWS, drawn(name)), distribution(FLOWS, law_of(name))
    amounts, reached = expected.exceedance_curve()
    amounts_drawn, reached_drawn = got.exceedance_curve()
    for usd, chance in zip(amounts.tolist(), np.minimum(reached, 1.0).tolist(), strict=True):
        place = np.searchsorted(amounts_drawn, usd - 1e-6)
        share = float(np.append(reached_drawn, 0.0)[place])
        assert abs(share - chance) <= off(chance) + 1e-9
    error = sampling.shortfall_error_usd(got, 0.95, DRAWS_COUNT)
    assert 0 < error < 0.02 * expected.sd_usd
    assert abs(got.expected_shortfall_usd(0.95) - expected.expected_shortfall_usd(0.95)) < 4 * error


def test_the_errors_are_those_of_repeated_draws() -> None:
    shortfalls, quantiles, errors = [], [], []
    odds = {f"p{i:02d}": 0.3 for i in range(30)}
    flows = {name: 1.0 + i / 100 for i, name in enumerate(odds)}
    for seed in range(60):
        law = sampled(independent_causes(odds), draws_count=2_000, seed=seed)
        found = distribution(flows, law)
        shortfalls.append(found.expected_shortfall_usd(0.95))
        quantiles.append(found.quantile_usd(0.9))
        errors.append((sampling.shortfall_error_usd(found, 0.95, 2_000),
                       sampling.quantile_error_usd(found, 0.9, 2_000)))  # fmt: skip
    of_shortfall, of_quantile = np.mean(errors, axis=0)
    # the deviation of 60 repetitions is known to about a tenth
    assert np.std(shortfalls) == pytest.approx(of_shortfall, rel=0.35)
    assert np.std(quantiles) == pytest.approx(of_quantile, rel=0.35)


def test_thirty_independent_decisions_by_hand() -> None:
    # thirty of one dollar with p = .2: mean 6, variance 30 · .2 · .8 = 4.8, none .8^30
    odds = {f"p{i}": 0.2 for i in range(30)}
    law = sampled(independent_causes(odds), draws_count=DRAWS_COUNT, seed=3)
    found = distribution(dict.fromkeys(odds, 1.0), law)
    assert (found.mean_usd, found.sd_usd) == pytest.approx((6.0, math.sqrt(4.8)))
    assert law.none_probability == pytest.approx(0.8**30)
    for count, probability in zip(found.support_usd.tolist(), found.probabilities, strict=True):
        at = round(count)
        chance = math.comb(30, at) * 0.2**at * 0.8 ** (30 - at)
        assert abs(probability - chance) <= off(chance) + 1 / DRAWS_COUNT


def test_a_leader_of_thirty_followers_by_hand() -> None:
    # p₁ = .5, q1 = .8, p = .5, so q0 = .2: 1 + Bin(30, .8) or Bin(30, .2), each with a half:
    # means 25 and 6; variance 4.8 within and 9.5² between
    odds = {"a": 0.5, **{f"p{i}": 0.5 for i in range(30)}}
    led = {name: 0.8 for name in odds if name != "a"}
    law = sampled(leader_causes(odds, "a", led), draws_count=DRAWS_COUNT, seed=3)
    flows = dict.fromkeys(odds, 1.0)
    found = distribution(flows, law)
    assert (found.mean_usd, found.sd_usd) == pytest.approx((15.5, math.sqrt(4.8 + 9.5**2)))
    assert given_decisions_usd(flows, law)["a"] == pytest.approx((6.0, 25.0))
    assert float(law.sums(np.ones(31)).mean()) == pytest.approx(15.5, abs=4 * 9.75 / 200)


def test_one_draw_decides_all_at_a_correlation_of_one() -> None:
    odds = {"a": 0.2, "b": 0.5, "c": 0.2, **{f"p{i}": 0.9 for i in range(20)}, "z": 1.0, "n": 0.0}
    law = sampled(copula_causes(odds, 1.0), draws_count=DRAWS_COUNT, seed=0)
    shown = law.likeliest(100)
    assert {int(row.sum()) for row in shown.decisions} == {1, 21, 22, 24}
    assert law.both[0, 2] == pytest.approx(0.2)
    ends = given_decisions_usd(dict.fromkeys(odds, 1.0), law)
    assert ends["a"][1] == pytest.approx(24)
    assert ends["z"][0] is None
    assert ends["n"][1] is None
    assert copula_causes(odds, 0.0).weights.tolist() == [1.0]


chances = st.lists(st.floats(0, 1), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(chances, st.floats(0, 1))
def test_what_is_exact_holds_for_any_probabilities(values: list[float], rho: float) -> None:
    odds = {f"p{i}": value for i, value in enumerate(values)}
    law: JointLaw = sampled(copula_causes(odds, rho), draws_count=1, seed=0)
    whole = one_factor_copula(odds, rho)
    assert law.pair_probabilities() == pytest.approx(whole.pair_probabilities(), abs=1e-6)
    assert law.none_probability == pytest.approx(whole.none_probability, abs=1e-6)
    assert law.all_probability == pytest.approx(whole.all_probability, abs=1e-6)


def test_the_seed_reproduces_and_another_one_differs() -> None:
    first, again, other = drawn("copula", 7), drawn("copula", 7), drawn("copula", 8)
    assert np.array_equal(first.decisions, again.decisions)
    assert not np.array_equal(first.decisions, other.decisions)
    quantiles = [distribution(FLOWS, law) for law in (first, other)]
    means = [float(law.sums(np.array(list(FLOWS.values()))).mean()) for law in (first, other)]
    error = math.sqrt(2) * quantiles[0].sd_usd / math.sqrt(DRAWS_COUNT)
    assert abs(means[0] - means[1]) <= 4 * error


@pytest.mark.parametrize("name", MODELS)
def test_uncertain_flows_are_drawn_with_the_decisions(name: str) -> None:
    parameters = [UncertainParameter(f"mapping:{each}", 0.3, (each,)) for each in FLOWS]
    parameters.append(UncertainParameter("price", 0.2))
    got = uncertain_distribution(FLOWS, drawn(name), parameters, seed=0)
    whole = uncertain_distribution(
        FLOWS, law_of(name), parameters, draws_count=20_000, levels=(0.9, 0.95)
    )
    of_mean, of_sd = sampling.moment_errors_usd(got, DRAWS_COUNT)
    # the enumerated law has draws of its own, fewer of them
    assert abs(got.mean_usd - whole.mean_usd) < 4 * 2 * of_mean
    assert abs(got.sd_usd - whole.sd_usd) < 4 * 2 * of_sd
    error = sampling.quantile_error_usd(got, 0.9, DRAWS_COUNT)
    assert abs(got.quantile_usd(0.9) - whole.quantile_usd(0.9)) < 4 * 2 * error


@pytest.mark.parametrize(
    ("odds", "draws_count", "said"),
    [
        ({"a": 0.5}, 0, "count of 'draws'"),
        ({"a": 0.5, "b": 0.5}, 2**26 + 1, "count of 'draws'"),
        ({"a": 1.5}, 1, "probability of 'a'"),
        ({}, 1, "count of 'providers'"),
    ],
)
def test_bad_draws_are_refused(odds: Mapping[str, float], draws_count: int, said: str) -> None:
    with pytest.raises(QuestionError) as refused:
        sampled(independent_causes(odds), draws_count=draws_count, seed=0)
    assert said in str(refused.value)


def test_a_leader_that_cannot_lead_is_refused_as_of_few() -> None:
    odds = dict.fromkeys("abc", 0.1)
    for build in (leader_causes, leader_follower):
        with pytest.raises(QuestionError, match="cannot follow the leader"):
            build({**odds, "a": 0.9}, "a", {"b": 0.9, "c": 0.1})
