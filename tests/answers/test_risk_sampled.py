"""The law of the flow of more providers than can be enumerated: drawn, said so, near the exact."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from laws import BN, basket, tables
from rows import write_dataset

from flowrisk import api
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from flowrisk.api import Dataset


MANY: dict[str, float] = {f"p{i:02d}": 0.1 for i in range(24)}
MANY_ODDS = dict.fromkeys(MANY, 0.25)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    path = tmp_path_factory.mktemp("wide") / "data"
    return api.open_dataset(write_dataset(path, tables(MANY)))


def test_more_than_twenty_providers_are_sampled_and_that_is_said(wide: Dataset) -> None:
    # 24 of 0.1 bn with p = .25: mean 0.6, variance 24 · .25 · .75 · .01 = .045; none .75^24
    result = wide.risk(MANY_ODDS, seed=5)
    row = basket(result.distributions)
    assert row["mean_usd"] / BN == pytest.approx(0.6)
    assert row["sd_usd"] / BN == pytest.approx(math.sqrt(0.045))
    assert row["p_none_ratio"] == pytest.approx(0.75**24)
    assert row["draws_count"] == 100_000
    # P(Bin(24, .25) ≤ 8) = .879, ≤ 9 = .945, ≤ 10 = .979
    assert (row["q50_usd"], row["q90_usd"], row["var95_usd"]) == pytest.approx(
        (0.6 * BN, 0.9 * BN, 1.0 * BN)
    )
    error = basket(result.sampling_errors)
    assert (error["draws_count"], error["seed"], error["mean_usd"]) == (100_000, 5, 0.0)
    assert 0 < error["es95_usd"] < 0.01 * row["sd_usd"]
    text, page = str(result), result.render("html").decode()
    for said in (text, page):
        assert "decisions sampled: 100,000 draws, seed 5" in said
    assert "none is sampled" not in page
    (note,) = [each for each in result.notes if each.startswith("standard errors of the basket")]
    assert "ES 95 % $" in note
    assert note.endswith("exact: mean, sd, probabilities of none and all")
    whole = json.loads(result.render("json"))
    assert whole["sampling_errors"][-1]["es95_usd"] == error["es95_usd"]
    (warning,) = [w for w in whole["warnings"] if w["code"] == "decisions_are_enumerated"]
    assert (
        "24 providers, 100,000 draws, seed 5: standard error of a probability at most 0.16 %"
        in (warning["message"])
    )


def test_a_leader_of_many_by_hand(wide: Dataset) -> None:
    # P(leader) = .25, q1 = .7, so q0 = .1: given yes 1 + 23 · .7 = 17.1 tenths, given no 2.3
    led = {name: 0.7 for name in MANY if name != "p00"}
    result = wide.risk(MANY_ODDS, dependence="leader", leader="p00", given_leader=led)
    row = basket(result.distributions)
    within = 0.25 * 23 * 0.21 + 0.75 * 23 * 0.09
    assert row["mean_usd"] / BN == pytest.approx(0.6)
    assert row["sd_usd"] / BN == pytest.approx(
        0.1 * math.sqrt(within + 0.25 * 0.75 * (17.1 - 2.3) ** 2)
    )
    ends = result.tornado.filter(pl.col("security_id") == "basket", pl.col("parameter_id") == "p00")
    assert ends.select("low_usd", "high_usd").row(0) == pytest.approx((0.23 * BN, 1.71 * BN))
    assert result.variance_shares.filter(security_id="basket")[
        "variance_share_ratio"
    ].sum() == pytest.approx(1)


def test_the_seed_of_sampled_decisions(wide: Dataset) -> None:
    asked: dict[str, Any] = {"dependence": "copula", "rho": 0.3, "draws": 20_000}
    first, again, other = (wide.risk(MANY_ODDS, **asked, seed=seed) for seed in (1, 1, 2))
    assert first.render("json") == again.render("json")
    assert not first.states.equals(other.states)
    rows = [basket(each.distributions) for each in (first, other)]
    error = basket(first.sampling_errors)
    for name in ("q50_usd", "q90_usd", "es95_usd", "es99_usd"):
        # a quantile of tenths of a billion may be the next one
        room = 0.1 * BN if name.startswith("q") else 0.0
        assert abs(rows[0][name] - rows[1][name]) <= 4 * math.sqrt(2) * error[name] + room
    assert rows[0]["mean_usd"] == rows[1]["mean_usd"]


def test_the_states_of_sampled_decisions(wide: Dataset) -> None:
    odds = {**dict.fromkeys(MANY, 0.0), "p01": 0.5, "p03": 1.0}
    states = wide.risk(odds, draws=10_000).states
    assert set(states["provider_ids"]) == {"p03", "p01+p03"}
    assert set(states["state_id"]) == {1 << 3, 1 << 1 | 1 << 3}
    assert states["probability_ratio"].sum() == pytest.approx(1)
    assert states["probability_ratio"].to_list() == pytest.approx([0.5, 0.5], abs=4 * 0.005)
    assert dict(zip(states["provider_ids"], states["outflow_usd"], strict=True)) == pytest.approx(
        {"p03": 0.1 * BN, "p01+p03": 0.2 * BN}
    )


def test_sampled_decisions_with_uncertain_flows(wide: Dataset) -> None:
    # price of cv .2 on every flow: E(F²) is 1.04 times as large
    result = wide.risk(MANY_ODDS, uncertainty={"price": 0.2}, draws=50_000)
    row = basket(result.distributions)
    assert row["mean_usd"] / BN == pytest.approx(0.6)
    assert row["sd_usd"] / BN == pytest.approx(math.sqrt(1.04 * (0.045 + 0.36) - 0.36))
    error = basket(result.sampling_errors)
    assert error["q90_usd"] > 0
    assert row["decisions_sd_usd"] / BN == pytest.approx(math.sqrt(0.045))


def test_too_many_draws_of_many_providers_are_refused(wide: Dataset) -> None:
    with pytest.raises(QuestionError, match="count of 'draws' is out of range"):
        wide.risk(MANY_ODDS, draws=10**7)
