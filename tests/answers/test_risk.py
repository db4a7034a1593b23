"""The law of the flow through the whole command, against the laws enumerated by hand."""

from __future__ import annotations

import itertools
import json
import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from laws import BN, basket, tables
from paths import WORKED
from rows import MINIMAL

from flowrisk.analytics.decisions import uncertainty
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset
    from flowrisk.api.results import Result
    from flowrisk.domain import RiskAnswer


ANSWERS: dict[str, Any] = tomllib.loads((WORKED / "dependence.toml").read_text(encoding="utf-8"))
FLOWS: dict[str, float] = ANSWERS["providers"]["flows"]
ODDS: dict[str, float] = ANSWERS["providers"]["probabilities"]
MODELS: dict[str, dict[str, Any]] = {
    "independent": {},
    "leader": {"dependence": "leader", "leader": "msci",
               "given_leader": ANSWERS["providers"]["given_leader"]},
    "copula": {"dependence": "copula", "rho": 0.5},
}  # fmt: skip


@pytest.fixture
def made(make_dataset: Callable[..., Dataset]) -> Dataset:
    return make_dataset(**tables())


@pytest.mark.parametrize("model", MODELS)
def test_the_law_of_the_flow_is_the_one_enumerated(model: str, made: Dataset) -> None:
    result = made.risk(ODDS, **MODELS[model])
    row, expected = basket(result.distributions), ANSWERS[model]
    assert row["dependence"] == model
    assert row["if_all_usd"] == pytest.approx(8.8 * BN, rel=1e-9)
    got = {name: row[f"{name}_usd"] / BN for name in ("mean", "sd", "es95")}
    assert got == pytest.approx({name: expected[name] for name in got}, abs=1e-5)
    assert row["p_none_ratio"] == pytest.approx(expected["none"], abs=1e-6)
    assert row["p_all_ratio"] == pytest.approx(expected["all"], abs=1e-6)
    for level, column in (("0.5", "q50_usd"), ("0.9", "q90_usd"), ("0.95", "var95_usd"),
                          ("0.95", "q95_usd"), ("0.99", "q99_usd")):  # fmt: skip
        assert row[column] / BN == pytest.approx(expected["quantiles"][level], abs=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_the_curve_gives_the_odds_of_four_billion(model: str, made: Dataset) -> None:
    curve = made.risk(ODDS, **MODELS[model]).exceedances.filter(pl.col("security_id") == "basket")
    assert curve["exceedance_ratio"][0] == 1.0
    reached = curve.filter(pl.col("outflow_usd") >= 4 * BN - 1)["exceedance_ratio"][0]
    assert reached == pytest.approx(ANSWERS[model]["at_least_4"], abs=1e-6)


def test_the_states_are_all_named_with_their_odds_and_flow(made: Dataset) -> None:
    states = made.risk(ODDS).states
    assert states["state_id"].to_list() == list(range(32))
    assert states["probability_ratio"].sum() == pytest.approx(1, abs=1e-12)
    ends = states.select("provider_ids", "providers_count", "probability_ratio", "outflow_usd")
    assert ends.row(0) == ("none", 0, pytest.approx(0.2016), 0.0)
    assert ends.row(31) == ("crsp+ftse-russell+msci+nasdaq+sp-dji", 5, pytest.approx(0.0012),
                            pytest.approx(8.8 * BN))  # fmt: skip
    alone = states.filter(pl.col("provider_ids") == "msci")
    # msci alone: .4 · .8 · .7 · .8 · .75
    assert alone["probability_ratio"][0] == pytest.approx(0.1344)
    assert alone["outflow_usd"][0] == pytest.approx(2.8 * BN)


def test_two_securities_are_excluded_together(make_dataset: Callable[..., Dataset]) -> None:
    first = MINIMAL["securities"][0]
    second = {**first, "security_id": "US0000000002", "ticker": "BBB", "issuer_id": "beta"}
    one = tables()
    ratios = [{**row, "applies_to_id": each["security_id"]}
              for row in one["tracking_ratios"] for each in (first, second)]  # fmt: skip
    made = make_dataset(**{
        **one, "tracking_ratios": ratios, "securities": [first, second],
        "prices": [{**MINIMAL["prices"][0], "security_id": s["security_id"]}
                   for s in (first, second)],
        "candidates": [{"list_id": "default", "security_id": s["security_id"]}
                       for s in (first, second)],
    })  # fmt: skip
    rows = made.risk(ODDS).distributions
    assert rows["security_id"].to_list() == ["US0000000001", "US0000000002", "basket"]
    # the same decisions drive both: the spread doubles, as it would not were they independent
    for column in ("mean_usd", "sd_usd", "es95_usd"):
        assert rows[column][2] == pytest.approx(2 * rows[column][0], rel=1e-9)


def test_variance_shares_by_hand_for_independent_decisions(made: Dataset) -> None:
    shares = made.risk(ODDS).variance_shares.filter(pl.col("security_id") == "basket")
    variances = {p: FLOWS[p] ** 2 * ODDS[p] * (1 - ODDS[p]) for p in FLOWS}
    expected = {p: v / sum(variances.values()) for p, v in variances.items()}
    got = dict(shares.select("provider_id", "variance_share_ratio").rows())
    assert got == pytest.approx(expected, abs=1e-9)
    assert got["msci"] == pytest.approx(0.50097, abs=1e-5)


def test_the_tornado_moves_one_thing_at_a_time(made: Dataset) -> None:
    tornado = made.risk(ODDS, uncertainty={"price": 0.2}).tornado
    rows = {row["parameter_id"]: row for row in tornado.rows(named=True)
            if row["security_id"] == "basket"}  # fmt: skip
    # without MSCI's 0.4 · 2.8 the mean of 2.49 is 1.37, with all of it 4.17
    assert (rows["msci"]["low_usd"] / BN, rows["msci"]["high_usd"] / BN) == (
        pytest.approx(1.37), pytest.approx(4.17),
    )  # fmt: skip
    s = math.sqrt(math.log(1.04))
    ends = [2.49 * math.exp(sign * 1.6448536 * s - s**2 / 2) for sign in (-1, 1)]
    assert rows["price"]["kind"] == "parameter"
    assert [rows["price"][e] / BN for e in ("low_usd", "high_usd")] == pytest.approx(ends, abs=1e-6)
    spans = [row["high_usd"] - row["low_usd"] for row in rows.values()]
    assert spans == sorted(spans, reverse=True)


def test_a_decision_that_is_certain_has_no_other_case(made: Dataset) -> None:
    tornado = made.risk({**ODDS, "msci": 1, "crsp": 0}).tornado
    rows = {row["parameter_id"]: row for row in tornado.rows(named=True)
            if row["security_id"] == "basket"}  # fmt: skip
    assert rows["msci"]["low_usd"] is None
    assert rows["crsp"]["high_usd"] is None


@pytest.mark.parametrize(
    ("name", "sd"), [("price", "common_sd"), ("tracking-ratio:each", "own_sd")]
)
def test_uncertain_flows_widen_the_law_and_hold_the_mean(name: str, sd: str, made: Dataset) -> None:
    row = basket(made.risk(ODDS, uncertainty={name: 0.2}, draws=20_000).distributions)
    assert row["sd_usd"] / BN == pytest.approx(ANSWERS["uncertainty"][sd], abs=5e-5)
    assert row["decisions_sd_usd"] / BN == pytest.approx(1.938014, abs=1e-6)
    assert row["mean_usd"] / BN == pytest.approx(2.49, abs=1e-9)
    assert row["draws_count"] == 20_000
    # the largest flow of any state is no longer a bound
    assert row["es99_usd"] > row["q99_usd"] > 7.2 * BN


def test_a_ratio_s_error_leaves_what_was_observed_and_who_has_no_ratio(sample: Dataset) -> None:
    sure = dict.fromkeys(ODDS, 1.0)
    result = sample.risk(sure, uncertainty={"tracking-ratio": 0.5}, draws=20_000)
    observed = dict(result.outflows.select("security_id", "observed_outflow_usd").rows())
    reached = result.exceedances.group_by("security_id").agg(pl.col("outflow_usd").min())
    lowest = dict(reached.rows())
    assert len(lowest) > 10
    for security_id, usd in lowest.items():
        if security_id != "basket":
            assert usd >= observed[security_id] * (1 - 1e-12), security_id
    rows = {row["ticker"]: row for row in result.distributions.rows(named=True)}
    # Strategy alone has a ratio: MARA's law is one point
    for end in ("q05_usd", "mean_usd", "q99_usd", "if_all_usd"):
        assert rows["MARA"][end] == pytest.approx(1.0496213e9, rel=1e-6)
    assert rows["MSTR"]["q05_usd"] >= 4.3713e9
    assert rows["MSTR"]["q05_usd"] < rows["MSTR"]["if_all_usd"] < rows["MSTR"]["q95_usd"]


def test_the_model_s_error_moves_what_lies_beyond_the_observed_part(sample: Dataset) -> None:
    result = sample.risk({"msci": 1.0}, providers="msci", uncertainty={"model": 0.4}, draws=5_000)
    rows = {row["ticker"]: row for row in result.distributions.rows(named=True)}
    s = math.sqrt(math.log(1.16))
    # 82.32 observed, 15.61 beyond it, in $ m: its 5 % quantile by hand
    low = 82.32247e6 + 15.614232e6 * math.exp(-1.6448536 * s - s**2 / 2)
    assert rows["MARA"]["q05_usd"] == pytest.approx(low, rel=5e-3)
    assert rows["MSTR"]["q05_usd"] == rows["MSTR"]["q95_usd"] == pytest.approx(2.8002e9, rel=1e-4)


def test_one_provider_may_be_uncertain_alone(made: Dataset) -> None:
    result = made.risk(ODDS, uncertainty={"tracking-ratio:crsp": 0.5}, draws=1000)
    row = basket(result.distributions)
    # Var = 1.938014² + 0.25 · (.5 · .6)²: E(D²) = .25, cv² F² = .09
    assert row["sd_usd"] / BN == pytest.approx(math.sqrt(1.938014**2 + 0.25 * 0.09), abs=1e-5)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(made: Dataset) -> None:
    asked = {"uncertainty": {"price": 0.2}, "draws": 2_000}
    first, again, other = (made.risk(ODDS, seed=seed, **asked) for seed in (1, 1, 2))
    assert first.render("json") == again.render("json")
    assert basket(first.distributions)["q95_usd"] != basket(other.distributions)["q95_usd"]


def test_a_set_of_providers_needs_only_their_probabilities(made: Dataset) -> None:
    row = basket(made.risk({"msci": 0.4, "crsp": 0.25}, providers="msci+crsp").distributions)
    assert row["scenario_id"] == "msci+crsp"
    assert row["mean_usd"] / BN == pytest.approx(0.4 * 2.8 + 0.25 * 0.6)
    # two sets are asked about as one
    union = made.risk({"msci": 0.4, "crsp": 0.25}, providers="msci,crsp").distributions
    assert basket(union)["mean_usd"] == row["mean_usd"]


def test_a_security_without_a_price_is_named_and_left_out(
    make_dataset: Callable[..., Dataset],
) -> None:
    second = {**MINIMAL["securities"][0], "security_id": "US0000000002", "ticker": "BBB"}
    made = make_dataset(**tables(
        securities=[MINIMAL["securities"][0], second],
        candidates=[{"list_id": "default", "security_id": s}
                    for s in ("US0000000001", "US0000000002")],
    ))  # fmt: skip
    result = made.risk(ODDS)
    unpriced = result.distributions.row(1, named=True)
    assert (unpriced["ticker"], unpriced["mean_usd"]) == ("BBB", None)
    assert unpriced["reason"] == "the price is unknown"
    row = basket(result.distributions)
    assert row["unpriced_count"] == 1
    assert row["mean_usd"] / BN == pytest.approx(2.49)
    assert "without a price, not included: BBB" in str(result)


def test_many_providers_list_their_likeliest_states_and_say_so(
    make_dataset: Callable[..., Dataset],
) -> None:
    flows = {f"p{i:02d}": 0.1 for i in range(13)}
    result = make_dataset(**tables(flows)).risk(dict.fromkeys(flows, 0.5))
    assert result.states.height == 4096
    assert any("4,096 of 8,192: 50.00 % of probability" in line for line in result.warnings)
    # 13 coins of 0.1 bn: mean .65, variance 13/4 · .01
    assert basket(result.distributions)["sd_usd"] / BN == pytest.approx(math.sqrt(0.0325))


def test_what_was_judged_is_recorded(made: Dataset) -> None:
    result = made.risk(
        "msci=.4,sp-dji=.2,nasdaq=.3,ftse-russell=.2,CRSP=.25", horizon="2026-02-27",
        judged_by="the desk", judged_on="2025-11-20",
    )  # fmt: skip
    said = json.loads(result.render("json"))["assumptions"]
    assert said["probabilities"]["value"]["msci"] == 0.4
    assert said["horizon_on"] == {"value": "2026-02-27", "unit": "date", "set_by": "--horizon"}
    assert (said["judged_by"]["value"], said["judged_on"]["value"]) == ("the desk", "2025-11-20")
    assert said["rho_ratio"]["value"] is None
    assert "judged by the desk" in str(result)
    assert basket(result.distributions)["mean_usd"] / BN == pytest.approx(2.49)


def test_a_known_outcome_is_told_and_not_applied(sample: Dataset) -> None:
    odds = dict.fromkeys(("crsp", "ftse-russell", "msci", "nasdaq", "sp-dji"), 0.5)
    result = sample.risk(odds, securities=["MSTR"])
    assert "On 2026-01-06 MSCI decided to freeze share increases" in str(result)
    assert "not applied: give a known outcome as a probability of 0 or 1" in str(result)
    # half of 8.8 bn: MSCI's half is in it
    assert basket(result.distributions)["mean_usd"] == pytest.approx(4.4 * BN, rel=1e-3)


def test_a_company_seen_in_no_fund_is_named_not_counted_as_zero(sample: Dataset) -> None:
    told = str(sample.risk({"msci": 0.5}, providers="msci"))
    assert "no holdings in covered funds and no estimate, so not included: 3350, SBET" in told
    assert "without a price" not in told
    assert not any(line.startswith(("SBET", "3350")) for line in told.splitlines())
    # what is left of the basket is at least: 0.5 x 3,020.91
    assert "≥ $1.51bn" in next(line for line in told.splitlines() if line.startswith("Basket"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"probabilities": {"msci": 0.4}}, "missing: crsp, ftse-russell, nasdaq, sp-dji"),
        ({"probabilities": {}}, "missing: crsp"),
        ({"probabilities": {**ODDS, "mcsi": 0.1}}, "nearest: msci"),
        ({"probabilities": {**ODDS, "msci": 1.2}}, "probability of 'msci' is out of range"),
        ({"probabilities": {**ODDS, "msci": -0.1}}, "probability of 'msci' is out of range"),
        ({"probabilities": {**ODDS, "msci": math.nan}}, "not a number"),
        ({"probabilities": "msci=.4,MSCI=.3"}, "given twice"),
        ({"probabilities": "msci"}, "is not PROVIDER=P"),
        ({"dependence": "copula"}, "needs --rho"),
        ({"dependence": "copula", "rho": 1.5}, "out of range"),
        ({"dependence": "copula", "rho": -0.1}, "out of range"),
        ({"rho": 0.5}, "does not take --rho"),
        ({"dependence": "leader"}, "needs --leader"),
        ({"dependence": "leader", "leader": "msci"}, "needs --given-leader"),
        ({**MODELS["leader"], "leader": "mcsi"}, "nearest: msci"),
        ({**MODELS["leader"], "given_leader": {"crsp": 0.5}}, "has no value"),
        (
            {
                **MODELS["leader"],
                "given_leader": {**MODELS["leader"]["given_leader"], "crsp": 0.95},
            },
            "cannot follow the leader",
        ),
        ({"dependence": "cupola"}, "nearest: copula"),
        ({"uncertainty": {"prise": 0.2}}, "nearest: price"),
        ({"uncertainty": {"coverage:mcsi": 0.2}}, "nearest: msci"),
        ({"uncertainty": {"price:each": 0.2}}, "one price"),
        ({"uncertainty": {"price:msci": 0.2}}, "one price"),
        ({"uncertainty": {"price": -0.2}}, "out of range"),
        ({"uncertainty": {"price": 0.2}, "draws": 10**8}, "out of range"),
        ({"draws": 0}, "not a whole number"),
        ({"draws": 1.5}, "not a whole number"),
        ({"seed": -1}, "not a whole number"),
        ({"horizon": "2025-11-19"}, "horizon lies before --as-of"),
        ({"horizon": "2026-01-01", "judged_on": "2026-01-02"}, "before --judged-on"),
    ],
)
def test_bad_judgements_are_refused(changed: dict[str, Any], said: str, made: Dataset) -> None:
    with pytest.raises(QuestionError) as refused:
        made.risk(**{"probabilities": ODDS, **changed})
    assert said in str(refused.value)


def test_the_forms_give_the_distributions(made: Dataset, tmp_path: Path) -> None:
    result: Result[RiskAnswer] = made.risk(ODDS)
    written = result.write(tmp_path / "risk.parquet")
    assert pl.read_parquet(written).equals(result.distributions)
    whole = json.loads(result.render("json"))
    frames = ["distributions", "states", "exceedances", "variance_shares", "tornado", "outflows"]
    assert [name for name in whole if name in frames] == frames
    assert whole["scenarios"] == [
        {"scenario_id": "all", "provider_ids": sorted(FLOWS), "treatment": "exclude"}
    ]


def test_the_default_of_draws_shrinks_with_the_states_and_says_so(
    make_dataset: Callable[..., Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert uncertainty.ATOMS_LIMIT_COUNT == 2**27
    monkeypatch.setattr(uncertainty, "ATOMS_LIMIT_COUNT", 2**20)
    flows = {f"p{i:02d}": 0.1 for i in range(10)}
    odds = dict.fromkeys(flows, 0.5)
    result = make_dataset(**tables(flows)).risk(odds, uncertainty={"price": 0.1})
    # 2²⁰ atoms over 2¹⁰ states
    assert basket(result.distributions)["draws_count"] == 1024
    said = json.loads(result.render("json"))["assumptions"]["draws_count"]
    assert said == {"value": 1024, "unit": "draws", "set_by": "default, cut to 1,024 states"}


def test_the_tail_holds_for_every_allocation_of_what_is_illustrative(sample: Dataset) -> None:
    odds = {"msci": 0.4, "sp-dji": 0.2, "nasdaq": 0.3, "ftse-russell": 0.2, "crsp": 0.25}
    result = sample.risk(odds, securities="MSTR")
    (row,) = result.distributions.filter(ticker="MSTR").rows(named=True)
    low, high = row["allocation_low_var95_usd"], row["allocation_high_var95_usd"]
    assert low <= row["var95_usd"] <= high
    flows = {each["provider_id"]: each for each in result.provider_outflows.rows(named=True)}
    floors = {name: each["observed_outflow_usd"] for name, each in flows.items() if name != "msci"}
    rest = sum(flows[name]["outflow_usd"] for name in floors) - sum(floors.values())
    corners = []
    for chosen, floor in floors.items():  # the provider that gets all that was not observed
        sold = {**floors, "msci": flows["msci"]["outflow_usd"], chosen: floor + rest}
        states = sorted(
            (sum(sold[name] for name in sold if name in excluding),
             math.prod(odds[name] if name in excluding else 1 - odds[name] for name in sold))
            for size in range(len(sold) + 1)
            for excluding in itertools.combinations(sold, size)
        )  # fmt: skip
        below = itertools.accumulate(chance for _, chance in states)
        corners.append(next(usd for (usd, _), reached in zip(states, below, strict=True)
                            if reached >= 0.95 - 1e-12))  # fmt: skip
    assert low <= min(corners) * (1 + 1e-12)
    assert max(corners) <= high * (1 + 1e-12)
    assert "over all allocations between the providers whose shares" in "\n".join(result.notes)
