"""Worked answers go through the whole engine: rows in, results out."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from paths import WORKED
from rows import AS_OF, MINIMAL, SECURITY

from flowrisk.question.scenario import ScenarioQuestion
from flowrisk.text import scenario as text

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult

    Make = Callable[..., Dataset]

ANSWERS = tomllib.loads((WORKED / "scenario.toml").read_text("utf-8"))
ON = date(2025, 10, 31)


def security(**changes: Any) -> dict[str, Any]:
    return {**MINIMAL["securities"][0], **changes}


def market(worked: dict[str, Any], funds: list[dict[str, Any]]) -> dict[str, Any]:
    """Tables of one index whose figures are all of one day."""
    ids = [fund["fund_id"] for fund in funds]
    return {
        "indices": [{"index_id": "msci-world", "provider_id": "msci",
                     "tracked_aum_usd": worked.get("tracked_aum_usd"), "tracked_aum_on": ON}],
        "index_memberships": [{"index_id": "msci-world", "security_id": SECURITY, "as_of_on": ON,
                               "weight_ratio": worked.get("weight_ratio")}],
        "funds": [{"fund_id": f, "index_id": "msci-world"} for f in ids],
        "fund_reports": [{"fund_id": f, "as_of_on": ON} for f in ids],
        "fund_net_assets": [{"fund_id": fund["fund_id"], "as_of_on": ON,
                             "net_assets_usd": fund["net_assets_usd"]} for fund in funds],
        "holdings": [{"fund_id": fund["fund_id"], "as_of_on": ON, "security_id": SECURITY,
                      "shares": float(fund["shares"])} for fund in funds],
        "prices": [{"security_id": SECURITY, "priced_on": on,
                    "close_usd": worked.get("close_usd", 1.0)} for on in (ON, AS_OF)],
    }  # fmt: skip


def test_combine_adds_to_the_holdings_only_what_was_not_read(make_dataset: Make) -> None:
    worked = ANSWERS["combine"]
    result = make_dataset(**market(worked, worked["funds"])).scenario(
        providers="msci", method="tracked-aum"
    )
    row = result.outflows.row(0, named=True)
    assert row["method"] == "tracked-aum"
    assert row["observed_outflow_shares"] == worked["observed_shares"]
    assert row["outflow_shares"] == pytest.approx(worked["outflow_shares"], abs=1)
    assert row["outflow_usd"] == pytest.approx(worked["outflow_usd"], abs=5e3)
    assert row["outflow_usd"] < 0.62 * worked["naive_usd"]
    estimate = result.estimates.row(0, named=True)
    assert estimate["replication_ratio"] == pytest.approx(worked["replication_ratio"], abs=5e-7)
    assert estimate["uncovered_usd"] == pytest.approx(worked["uncovered_usd"])
    assert estimate["estimated_shares"] / estimate["replication_ratio"] == pytest.approx(
        worked["full_replication_uncovered_shares"]
    )


def test_the_own_estimate_fills_the_same_assets_by_the_density_of_the_largest_fund(
    make_dataset: Make,
) -> None:
    worked = ANSWERS["combine"]
    result = make_dataset(**market(worked, worked["funds"])).scenario(providers="msci")
    row = result.outflows.row(0, named=True)
    assert (row["method"], row["bound"]) == ("model", "estimate")
    assert row["outflow_shares"] == pytest.approx(worked["model_shares"])
    assert row["model_low_shares"] < row["outflow_shares"] < row["model_high_shares"]
    (pool,) = result.estimate_components.filter(level_id="L3").rows(named=True)
    assert pool["known_exposure_usd"] == pytest.approx(worked["known_exposure_usd"])
    assert pool["density_shares"] == pytest.approx(worked["density_shares"])


def test_look_through_counts_direct_positions_only(make_dataset: Make) -> None:
    worked = ANSWERS["look_through"]
    tables = market(worked, worked["direct"])
    funds = [{**row, "held_name": "Fund A"} for row in worked["in_funds"]]
    with_funds = make_dataset("with", **tables, fund_fund_holdings=funds).scenario(providers="msci")
    without = make_dataset("without", **tables).scenario(providers="msci")
    assert with_funds.outflows["outflow_shares"].item() == worked["outflow_shares"]
    assert with_funds.outflows.equals(without.outflows)


def test_a_ratio_transfers_to_the_next_tranche_of_the_same_security(make_dataset: Make) -> None:
    worked = ANSWERS["phi_transfers"]
    ratio = worked["first_outflow_shares"] / worked["first_index_shares"]
    assert ratio == pytest.approx(worked["tracking_ratio"], abs=worked["tracking_ratio_rounding"])
    result = make_dataset(
        securities=[security(shares_outstanding=7.61e9)],
        index_memberships=[{"index_id": "msci-world", "security_id": SECURITY,
                            "index_shares": float(worked["second_index_shares"])}],
        tracking_ratios=[{"provider_id": "msci", "applies_to_id": SECURITY,
                          "applies_to": "security", "tracking_ratio": ratio,
                          "denominator": "index_shares"}],
    ).scenario(providers="msci")  # fmt: skip
    assert result.outflows["outflow_shares"].item() == pytest.approx(
        worked["second_outflow_shares"], abs=worked["second_rounding_shares"]
    )


@pytest.fixture(scope="module")
def strategy(sample: Dataset) -> ScenarioResult:
    return sample.scenario(providers="msci,crsp,nasdaq,sp-dji,ftse-russell,all", securities="MSTR")


def by_scenario(result: ScenarioResult, column: str) -> dict[str, Any]:
    return dict(result.outflows.select("scenario_id", column).rows())


@pytest.mark.parametrize("scenario_id", ["msci", "all"])
def test_strategy_comes_to_the_published_totals(scenario_id: str, strategy: ScenarioResult) -> None:
    worked = ANSWERS["strategy"]
    expected = worked[scenario_id]
    assert by_scenario(strategy, "outflow_shares")[scenario_id] == pytest.approx(
        expected["outflow_shares"], abs=1
    )
    assert by_scenario(strategy, "outflow_usd")[scenario_id] == pytest.approx(
        expected["outflow_usd"], abs=5e6
    )
    assert by_scenario(strategy, "outflow_of_shares_outstanding_ratio")[
        scenario_id
    ] == pytest.approx(expected["tracking_ratio"], abs=5e-6)
    assert by_scenario(strategy, "close_usd")[scenario_id] == worked["close_usd"]


def test_strategy_needs_the_published_days(strategy: ScenarioResult) -> None:
    worked = ANSWERS["strategy"]
    for name in ("msci", "all"):
        for column, digits in [("adv_multiple_days", 2), ("adv_multiple_by_value_days", 2),
                               ("days_to_sell", 1)]:  # fmt: skip
            assert round(by_scenario(strategy, column)[name], digits) == worked[column][name]
    assert by_scenario(strategy, "adv_shares")["all"] == pytest.approx(
        worked["adv_shares"], abs=5_000
    )
    assert by_scenario(strategy, "adv_usd")["all"] == pytest.approx(worked["adv_usd"], abs=5e5)


def test_the_increment_of_all_over_msci(strategy: ScenarioResult) -> None:
    increments = by_scenario(strategy, "increment_usd")
    assert increments["msci"] == 0
    assert increments["all"] == pytest.approx(ANSWERS["strategy"]["increment_usd"], abs=5e6)


def test_what_was_read_of_each_provider(strategy: ScenarioResult) -> None:
    expected = dict(ANSWERS["strategy"]["observed_shares"])
    all_usd = expected.pop("all_usd")
    observed = by_scenario(strategy, "observed_outflow_shares")
    assert {name: round(shares) for name, shares in observed.items()} == expected
    assert by_scenario(strategy, "observed_outflow_usd")["all"] == pytest.approx(all_usd, abs=5e6)


def test_the_same_figures_read_two_days_earlier(make_dataset: Make) -> None:
    worked, prices = ANSWERS["strategy"], ANSWERS["november_18"]
    value = worked["shares_outstanding"] * prices["price_of_the_figure"]
    result = make_dataset(
        providers=[{"provider_id": p} for p in ("msci", "rest")],
        indices=[{"index_id": i, "provider_id": i.split("-")[0]} for i in ("msci-world", "rest-x")],
        securities=[security(shares_outstanding=float(worked["shares_outstanding"]))],
        holdings=[],
        prices=[{"security_id": SECURITY, "priced_on": AS_OF, "close_usd": worked["close_usd"]}],
        tracking_ratios=[{"provider_id": p, "applies_to_id": SECURITY, "applies_to": "security",
                          "tracking_ratio": usd / value, "denominator": "shares_outstanding"}
                         for p, usd in [("msci", 2.8e9), ("rest", 6.0e9)]],
    ).scenario(providers="msci,all")  # fmt: skip
    assert by_scenario(result, "outflow_usd") == {
        "msci": pytest.approx(prices["msci_usd"], abs=5e6),
        "all": pytest.approx(prices["all_usd"], abs=5e6),
    }


def test_days_to_sell_at_a_fifth_of_the_volume(make_dataset: Make) -> None:
    worked = ANSWERS["days_to_sell"]
    result = make_dataset(
        holdings=[{"fund_id": "F1", "security_id": SECURITY,
                   "shares": float(worked["outflow_shares"])}],
        prices=[{"security_id": SECURITY, "priced_on": AS_OF, "close_usd": 1.0,
                 "volume_shares": float(worked["adv_shares"])}],
    ).scenario(providers="msci", participation=worked["participation_ratio"])  # fmt: skip
    assert result.outflows["days_to_sell"].item() == pytest.approx(worked["days_to_sell"])


def test_a_terminal_is_told_the_same_without_frames(sample: Dataset) -> None:
    asked = sample.settings_of(ScenarioQuestion, {"providers": "msci,all"})
    framed = sample.answer(asked, marts=text.MARTS)
    rowed = sample.answer(asked, marts=text.MARTS, is_framed=False)
    assert not rowed.answer.marts
    assert {name: rowed.answer.rows(name) for name in text.MARTS} == {
        name: framed.answer.rows(name) for name in text.MARTS
    }
    assert (rowed.lines, rowed.notes) == (framed.lines, framed.notes)


@pytest.mark.parametrize(
    "beside", [{"treatment": "msci=freeze"}, {"treatment": "msci-usa=exclude"},
               {"treatment": "msci-usa=include"}, {"rule": "digital_asset_ratio >= 0.5"},
               {"treatment": "msci=reweight", "reweight": "MSTR.factor=1:0.5@2026-02-27"},
               {"beside": "MSTR.short-interest=30m"}],
)  # fmt: skip
def test_what_more_is_told_of_a_question_is_told_on_a_terminal_too(
    sample: Dataset, beside: dict[str, str]
) -> None:
    asked = sample.settings_of(ScenarioQuestion, {"providers": "msci", **beside})
    framed = sample.answer(asked, marts=text.MARTS)
    told = sample.answer(asked, marts=text.MARTS, is_framed=False)
    assert (told.lines, told.notes) == (framed.lines, framed.notes)
    assert set(told.answer.marts) == set(framed.answer.marts)


def test_the_table_loads_no_library_of_frames() -> None:
    code = (
        "import sys; from flowrisk.__main__ import command_line; "
        "command_line(['scenario'])(['scenario', '--providers', 'msci'], standalone_mode=False); "
        "sys.exit('polars' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
