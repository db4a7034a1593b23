"""Uncertain flows over the law of who excludes, against numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from laws import ANSWERS, FLOWS, law_of

from flowrisk.analytics.decisions.dependence import distribution, independent
from flowrisk.analytics.decisions.uncertainty import (
    UncertainParameter,
    tornado,
    uncertain_distribution,
    uncertain_sd_usd,
)
from flowrisk.errors import QuestionError

COMMON = (UncertainParameter("volume", ANSWERS["uncertainty"]["cv"]),)
OWN = tuple(
    UncertainParameter(f"ratio of {name}", ANSWERS["uncertainty"]["cv"], (name,)) for name in FLOWS
)


@pytest.mark.parametrize(("parameters", "answer"), [(COMMON, "common_sd"), (OWN, "own_sd")])
def test_uncertain_flows_widen_the_law(
    parameters: tuple[UncertainParameter, ...], answer: str
) -> None:
    law, expected = law_of("independent"), ANSWERS["uncertainty"][answer]
    assert uncertain_sd_usd(FLOWS, law, parameters) == pytest.approx(expected, abs=5e-5)
    drawn = uncertain_distribution(FLOWS, law, parameters, draws_count=100_000, seed=7)
    assert drawn.sd_usd == pytest.approx(expected, abs=0.01)
    assert drawn.mean_usd == pytest.approx(2.49, abs=0.01)
    assert drawn.probabilities.sum() == pytest.approx(1)


def test_drawn_quantiles_and_shortfall_are_those_of_all_atoms() -> None:
    law, draws_count = law_of("copula"), 500
    parameters = (UncertainParameter("all", 0.3), UncertainParameter("one", 0.5, ("msci",)))
    levels = (0.2, 0.5, 0.9, 0.95, 0.99)
    found = uncertain_distribution(
        FLOWS, law, parameters, draws_count=draws_count, seed=3, levels=levels
    )
    normals = np.random.Generator(np.random.PCG64(3)).standard_normal((2, draws_count))
    log_sds = np.sqrt(np.log([[1.09], [1.25]]))
    shared, own = np.exp(log_sds * normals - log_sds**2 / 2)
    bits = np.arange(32)[:, None] >> np.arange(5) & 1
    amounts = np.array(list(FLOWS.values()))[:, None] * shared
    amounts[0] *= own
    atoms = (bits @ amounts).ravel()
    weights = np.repeat(law.state_probabilities / draws_count, draws_count)
    order = np.argsort(atoms)
    atoms, weights = atoms[order], weights[order]
    for level in levels:
        position = np.searchsorted(np.cumsum(weights), level)
        tail = weights[position + 1 :]
        shortfall = tail @ atoms[position + 1 :] + atoms[position] * (1 - level - tail.sum())
        assert found.quantile_usd(level) == pytest.approx(atoms[position], abs=1e-9)
        assert found.expected_shortfall_usd(level) == pytest.approx(shortfall / (1 - level))
    assert found.mean_usd == pytest.approx(atoms @ weights)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    law = law_of("leader")
    first, again, other = (
        uncertain_distribution(FLOWS, law, OWN, draws_count=2_000, seed=seed) for seed in (1, 1, 2)
    )
    assert first.support_usd.tobytes() == again.support_usd.tobytes()
    assert first.probabilities.tobytes() == again.probabilities.tobytes()
    assert first.mean_usd != other.mean_usd


def test_without_uncertain_parameters_the_draws_repeat_the_exact_law() -> None:
    exact = distribution(FLOWS, law_of("independent"))
    drawn = uncertain_distribution(FLOWS, law_of("independent"), (), draws_count=100)
    assert drawn.mean_usd == pytest.approx(exact.mean_usd)
    assert drawn.quantile_usd(0.95) == pytest.approx(exact.quantile_usd(0.95))


def test_tornado_moves_one_parameter_at_a_time_widest_first() -> None:
    law = independent({"a": 0.5, "b": 1.0})
    parameters = (
        UncertainParameter("narrow", 0.1, ("a",)),
        UncertainParameter("wide", 0.2),
    )
    found = tornado({"a": 4.0, "b": 3.0}, law, parameters)
    spread = math.sqrt(math.log(1.04))
    ends = [
        5 * math.exp(z * spread - spread**2 / 2) for z in (-1.6448536269514722, 1.6448536269514722)
    ]
    assert list(found) == ["wide", "narrow"]
    assert found["wide"] == pytest.approx(ends)
    narrow = math.sqrt(math.log(1.01))
    assert found["narrow"][1] == pytest.approx(
        3 + 2 * math.exp(1.6448536269514722 * narrow - narrow**2 / 2)
    )


def test_tornado_measures_what_it_is_asked() -> None:
    found = tornado(FLOWS, law_of("independent"), COMMON, lambda law: law.quantile_usd(0.95))
    spread = math.sqrt(math.log(1.04))
    assert found["volume"][1] == pytest.approx(
        6.0 * math.exp(1.6448536269514722 * spread - spread**2 / 2)
    )


def test_a_parameter_of_an_unknown_provider_is_refused() -> None:
    with pytest.raises(QuestionError, match="No provider"):
        uncertain_sd_usd(FLOWS, law_of("independent"), (UncertainParameter("x", 0.1, ("mcsi",)),))


def test_unusable_draws_and_cvs_are_refused() -> None:
    law = law_of("independent")
    for draws_count in (0, 2**27 // 32 + 1):
        with pytest.raises(QuestionError, match="draws"):
            uncertain_distribution(FLOWS, law, OWN, draws_count=draws_count)
    with pytest.raises(QuestionError, match="cv of 'x'"):
        uncertain_sd_usd(FLOWS, law, (UncertainParameter("x", -0.1),))
