"""The rule as the list of who is excluded: the basket, its disagreements, what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rows import MINIMAL, SECURITY
from sheets import prices, treasury

from flowrisk.errors import QuestionError
from flowrisk.text.scenario import MARTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset

RULE = "digital_asset_ratio >= 0.5"


def in_basket(dataset: Dataset, **asked: Any) -> set[str]:
    result = dataset.scenario(providers="all", rule=RULE, **asked)
    return {each.ticker for each in result.answer.securities if each.is_in_basket}


def test_the_rule_and_the_list_disagree_on_riot(sample: Dataset) -> None:
    result = sample.scenario(providers="all", rule=RULE)
    rows = {row["ticker"]: row for row in result.rule_disagreements.rows(named=True)}
    assert (rows["RIOT"]["is_on_list"], rows["RIOT"]["meets_rule"]) == (True, False)
    assert rows["RIOT"]["reason"] == f"does not meet {RULE}"
    assert (rows["BMNR"]["is_on_list"], rows["BMNR"]["meets_rule"]) == (False, True)
    # on the list and by the rule: no disagreement
    assert "MSTR" not in rows
    assert (rows["MARA"]["meets_rule"], rows["MARA"]["reason"]) == (None, "total assets unknown")
    told = str(result)
    assert f"rule {RULE}" in told
    assert "on list msci-reported, does not meet the rule: RIOT (42.3 %)" in told
    assert "not assessed, so not included by the rule: 3350, MARA, SBET" in told


def test_coin_prices_change_who_is_excluded(sample: Dataset) -> None:
    at_close, dear, cheap = (in_basket(sample, coin_price=coins)
                             for coins in (None, {"BTC": 130_000}, {"BTC": 20_000}))  # fmt: skip
    assert cheap < at_close < dear
    assert dear - at_close == {"RIOT"}
    assert at_close - cheap == {"KULR"}
    assert not {"MARA", "SBET", "3350"} & dear


def test_the_price_of_a_coin_that_nobody_holds_is_refused_whoever_reads_it(
    sample: Dataset,
) -> None:
    asked = sample.settings({"coin_price": {"BTX": 1.0}})
    for ask in (sample.side, sample.answer, lambda each: sample.answer(each, marts=MARTS)):
        with pytest.raises(QuestionError, match="No issuer in the data holds the coin 'BTX'"):
            ask(asked)


def test_the_basket_is_what_the_rule_excludes(sample: Dataset) -> None:
    result = sample.scenario(providers="all", rule=RULE)
    rows = result.outflows.filter(pl.col("is_in_basket"))
    assert result.scenario_totals["outflow_usd"][0] == pytest.approx(rows["outflow_usd"].sum())
    assert result.scenario_totals["securities_count"][0] == rows.height
    told = json.loads(result.render("json"))["assumptions"]["rule"]
    assert told == {"value": RULE, "unit": "condition", "set_by": "--rule"}


def test_the_other_side_of_the_line(sample: Dataset) -> None:
    above = sample.scenario(providers="all", rule="digital_asset_ratio >= 0.5").answer
    below = sample.scenario(providers="all", rule="digital_asset_ratio < 0.5").answer
    ins = [{s.ticker for s in answer.securities if s.is_in_basket} for answer in (above, below)]
    assert not ins[0] & ins[1]
    assert "RIOT" in ins[1]


def test_a_rule_needs_no_list(make_dataset: Callable[..., Dataset]) -> None:
    made = make_dataset(
        treasuries=[treasury(12_000, 1.0, 90_000)], coin_prices=prices(90_000, 90_000),
        candidates=[{"list_id": each, "security_id": SECURITY} for each in ("one", "two")],
    )  # fmt: skip
    assert in_basket(made) == {"AAA"}
    with pytest.raises(QuestionError, match="names no securities"):
        made.scenario()


def test_an_unassessed_candidate_is_never_in(make_dataset: Callable[..., Dataset]) -> None:
    beta = {**MINIMAL["securities"][0], "security_id": "US0000000002", "ticker": "BBB",
            "issuer_id": "beta"}  # fmt: skip
    made = make_dataset(
        treasuries=[
            treasury(12_000, None, 90_000),
            treasury(12_000, 1.0, 90_000, issuer_id="beta"),
        ],
        securities=[MINIMAL["securities"][0], beta],
        candidates=[{"list_id": "default", "security_id": s} for s in (SECURITY, "US0000000002")],
    )
    assert in_basket(made) == {"BBB"}
    with pytest.raises(QuestionError, match="nobody would be excluded"):
        made.scenario(providers="all", rule="digital_asset_ratio < 0.5")


@pytest.mark.parametrize(
    "rule",
    ["ratio >= 0.5", "digital_asset_ratio = 0.5", "digital_asset_ratio >= 50",
     "digital_asset_ratio >= 0", "digital_asset_ratio >= 1", "digital_asset_ratio >= x", ""],
)  # fmt: skip
def test_rules_that_cannot_be_used(rule: str, sample: Dataset) -> None:
    with pytest.raises(QuestionError):
        sample.scenario(rule=rule)


def test_a_rule_and_securities_are_one_too_many(sample: Dataset) -> None:
    with pytest.raises(QuestionError, match="both say who is excluded"):
        sample.scenario(rule=RULE, securities=["MSTR"])


def test_risk_over_the_rule(sample: Dataset) -> None:
    odds = dict.fromkeys(("crsp", "ftse-russell", "msci", "nasdaq", "sp-dji"), 0.5)
    result = sample.risk(odds, rule=RULE)
    listed = {row["ticker"] for row in result.distributions.rows(named=True) if row["is_in_basket"]}
    assert "BMNR" in listed
    assert "RIOT" not in listed


def test_coins_that_the_data_does_not_list_make_all_coins_unknown(sample: Dataset) -> None:
    # Trump Media reports 1,466.7 m dollars; its 11,542 bitcoins are 1,316.6 m: the rest is CRO
    found = sample.screen().digital_asset_ratios
    rows = {row["ticker"]: row for row in found.rows(named=True)}
    assert rows["DJT"]["digital_asset_ratio"] == pytest.approx(1466.689 / 3265.2665)
    assert rows["DJT"]["all_coins_digital_asset_ratio"] is None
    # CleanSpark holds more than it reports, as collateral
    assert rows["CLSK"]["all_coins_digital_asset_ratio"] > rows["CLSK"]["digital_asset_ratio"]


def test_what_is_held_through_funds_is_a_reading_of_its_own(sample: Dataset) -> None:
    result = sample.screen()
    rows = {row["ticker"]: row for row in result.digital_asset_ratios.rows(named=True)}
    # GameSquare's 10-Q: $4,020,415 of ether and $64,539,714 in an ETH fund, of $121,119,259
    game = rows["GAME"]
    assert game["digital_asset_ratio"] == pytest.approx(4_020_415 / 121_119_259)
    assert game["look_through_digital_asset_ratio"] == pytest.approx(68_560_129 / 121_119_259)
    assert game["look_through_digital_asset_ratio"] == pytest.approx(0.566, abs=5e-4)
    # the fund moves as ether does; other assets stay
    growth = game["review_coin_price_usd"] / _ether_at_statement(sample)
    moved = 68_560_129 * growth
    assert game["look_through_review_digital_asset_ratio"] == pytest.approx(
        moved / (moved + 121_119_259 - 68_560_129)
    )
    assert rows["DJT"]["look_through_is_at_or_above"]
    assert not rows["DJT"]["is_at_or_above"]
    assert {name for name, row in rows.items() if row["indirect_holding_kind"]} == {"GAME", "DJT"}
    assert "fund $64.54m" in str(result)


def _ether_at_statement(sample: Dataset) -> float:
    frame = sample.screen().treasury_statements.filter(pl.col("issuer_id") == "gamesquare")
    return float(frame["statement_coin_price_usd"][0])


def test_without_funds_there_is_no_look_through(make_dataset: Callable[..., Dataset]) -> None:
    made = make_dataset(treasuries=[treasury(12_000, 1.0, 90_000)],
                        coin_prices=prices(90_000, 90_000))  # fmt: skip
    result = made.screen()
    assert result.digital_asset_ratios["look_through_digital_asset_ratio"].to_list() == [None]
    assert "ook-through" not in str(result)
    held = make_dataset("b", coin_prices=prices(90_000, 45_000), treasuries=[
        treasury(12_000, 1.0, 90_000, indirect_digital_assets_usd=0.5e9,
                 indirect_holding_kind="fund")])  # fmt: skip
    (row,) = held.screen().digital_asset_ratios.rows(named=True)
    # 1.08 + 0.5 of 2.08 bn; at half the price 0.79 of 1.29 bn
    assert row["look_through_digital_asset_ratio"] == pytest.approx(1.58 / 2.08)
    assert row["look_through_review_digital_asset_ratio"] == pytest.approx(0.79 / 1.29)
    assert row["review_digital_asset_ratio"] == pytest.approx(0.54 / 1.54)
