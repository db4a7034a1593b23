"""Inclusions, upweights and migrations through the whole question, against numbers by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from moved import FAMILY, MIGRATION
from rows import SECURITY

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult

Make = Callable[..., "Dataset"]
ENTRY: dict[str, Any] = {
    "providers": "sp-dji", "securities": "MSTR", "treatment": "sp-500=include",
    "tracking_ratio": {"MSTR@sp-500": 0.173},
}  # fmt: skip


@pytest.fixture(scope="module")
def entry(sample: Dataset) -> ScenarioResult:
    return sample.scenario(**ENTRY)


def test_an_entry_into_the_s_and_p_500_is_as_worked(entry: ScenarioResult) -> None:
    # 17.3 % of 259.56 m shares afloat = 44.9 m = $7.95 bn at 177.13, gross; the funds that complete
    # the index sell 7.5 to 13 m shares
    (row,) = entry.outflows.rows(named=True)
    assert row["gross_bought_shares"] == pytest.approx(44.9e6, abs=0.05e6)
    assert row["gross_bought_usd"] == pytest.approx(7.95e9, abs=0.01e9)
    assert 7.5e6 < row["gross_sold_shares"] < 13e6
    assert row["outflow_shares"] == row["gross_sold_shares"] - row["gross_bought_shares"]
    assert row["outflow_usd"] == pytest.approx(row["outflow_shares"] * 177.13)
    assert row["bound"] == "partial"  # of one completion index nothing beyond a fund is known
    shares = dict(entry.index_trades.select("index_id", "traded_shares").rows())
    # VXF; the S Fund and FSMAX by its density
    assert shares["sp-completion"] == pytest.approx(3.913e6, rel=1e-3)
    assert shares["dj-us-completion"] == pytest.approx((109.7e3 + 36.55e3) * 34.69, rel=1e-3)


def test_assets_and_a_weight_give_what_the_ratio_gives(sample: Dataset) -> None:
    # 8,992 bn dollars track it; 259.56 m x 177.13 over 52 tn is 0.0884 %
    asked = {**ENTRY, "tracking_ratio": None, "weight": {"MSTR@sp-500": 259.56e6 * 177.13 / 52e12}}
    (row,) = sample.scenario(**asked).outflows.rows(named=True)
    assert row["gross_bought_shares"] == pytest.approx(0.17293 * 259.56e6, rel=1e-4)


def test_without_an_input_nothing_is_guessed(sample: Dataset) -> None:
    found = sample.scenario(**{**ENTRY, "tracking_ratio": None})
    (row,) = found.outflows.rows(named=True)
    assert (row["bound"], row["outflow_usd"], row["days_to_sell"]) == ("unknown", None, None)
    assert "--tracking-ratio or --weight" in str(found)


def test_days_impact_and_words_follow_the_sign(entry: ScenarioResult) -> None:
    (row,) = entry.outflows.rows(named=True)
    assert row["days_to_sell"] == pytest.approx(-row["outflow_shares"] / row["adv_shares"] / 0.2)
    low, central = (row[f"square_root_impact_{end}_bps"] for end in ("low", "central"))
    assert central < low < 0
    models = {each["model"]: each for each in entry.impacts.rows(named=True)}
    assert models["event_study"]["central_bps"] is None
    assert "inflow $6.36bn" in str(entry)
    assert "must buy an estimated $6.36bn net ($7.95bn bought, $1.59bn sold)" in (
        entry.render("memo").decode()
    )


def test_no_range_is_claimed_for_what_is_bought(entry: ScenarioResult) -> None:
    (row,) = entry.ranges.rows(named=True)
    assert (row["low_usd"], row["high_usd"]) == (None, None)
    assert row["central_usd"] < 0
    assert "without a known error" in row["high_basis"]


@pytest.mark.parametrize("form", ["html", "memo", "table", "xlsx", "json", "csv"])
def test_every_output_takes_an_inflow(entry: ScenarioResult, form: str) -> None:
    said = entry.render(form)
    if form in ("html", "memo", "table"):
        assert "inflow $6.36bn" in said.decode()
    elif form != "xlsx":
        assert b"-63618" in said


def test_the_page_says_what_each_index_buys_and_sells(entry: ScenarioResult) -> None:
    page = entry.render("html").decode()
    assert "Index inclusion: what passive funds must buy" in page
    assert "$7.95bn bought" in page
    assert "left, implied" in page
    assert "a rise of Strategy" in page
    assert "inflow $6.36bn" in entry._repr_html_()


def test_the_law_of_an_inflow_has_its_tail_where_most_is_bought(sample: Dataset) -> None:
    found = sample.risk({"sp-dji": 0.3}, **ENTRY)
    row = found.distributions.filter(security_id="basket").row(0, named=True)
    assert row["if_all_usd"] == row["var95_usd"] == pytest.approx(-6.362e9, rel=1e-3)
    assert row["mean_usd"] == pytest.approx(0.3 * row["if_all_usd"])
    curve = found.exceedances.filter(security_id="basket").select("outflow_usd", "exceedance_ratio")
    assert curve.rows() == [(0.0, 1.0), (row["if_all_usd"], pytest.approx(0.3))]


def test_uncertain_purchases_and_sales_keep_their_closed_mean(sample: Dataset) -> None:
    odds = {"sp-dji": 0.5, "msci": 0.5}
    asked = {**ENTRY, "providers": "sp-dji,msci"}
    sure = sample.risk(odds, **asked)
    drawn = sample.risk(odds, **asked, uncertainty={"price": 0.2}, draws=20_000)
    means = [each.distributions.filter(security_id="basket")["mean_usd"][0]
             for each in (sure, drawn)]  # fmt: skip
    assert means[1] == pytest.approx(means[0], rel=0.02)


def test_a_new_member_of_a_provider_buys_by_the_deletion_s_ratio(make_dataset: Make) -> None:
    made = make_dataset(index_memberships=[], holdings=[])
    asked = {"providers": "msci", "tracking_ratio": "AAA@msci=5%"}
    (sold,) = made.scenario(**asked).outflows["outflow_shares"]
    (bought,) = made.scenario(**asked, treatment="include").outflows["outflow_shares"]
    assert (sold, bought) == (pytest.approx(5e6), pytest.approx(-5e6))


def test_a_member_is_not_included_by_the_name_of_its_provider(make_dataset: Make) -> None:
    found = make_dataset().scenario(providers="msci", treatment="include",
                                    tracking_ratio="AAA@msci=5%")  # fmt: skip
    assert found.outflows.select("bound", "outflow_shares").rows() == [("unknown", None)]
    (reason,) = found.provider_outflows["not_estimated_reason"]
    assert reason.endswith("name the index that it enters")


def test_an_upweight_buys_and_a_mixed_reweight_is_net(make_dataset: Make) -> None:
    made = make_dataset(tracking_ratios=[{
        "provider_id": "msci", "applies_to_id": SECURITY, "applies_to": "security",
        "tracking_ratio": 0.05, "denominator": "shares_outstanding", "basis": "reported",
    }])  # fmt: skip
    asked = {"providers": "msci", "treatment": "reweight"}
    up = made.scenario(**asked, reweight="AAA.factor=0.5:0.75@2026-02-27")
    # 5 m held; half as much again is bought
    assert up.outflows["outflow_shares"].to_list() == [pytest.approx(-2.5e6)]
    mixed = made.scenario(
        **asked, reweight="AAA.factor=0.5:0.75@2026-02-27,AAA.factor=0.75:0.7@2026-05-29"
    )
    (row,) = mixed.outflows.rows(named=True)
    assert row["gross_bought_shares"] == pytest.approx(2.5e6)
    assert row["gross_sold_shares"] == pytest.approx(0.5e6)
    assert row["outflow_shares"] == pytest.approx(-2e6)
    assert mixed.reweight_tranches["outflow_shares"].to_list() == pytest.approx([-2.5e6, 0.5e6])


def test_a_migration_is_the_difference_and_a_deletion_all(make_dataset: Make) -> None:
    # 6 % of 100 m shares in the one, 2.5 % in the other: 3.5 m are sold, and 6 m by a deletion
    made = make_dataset(**{**FAMILY, "index_parents": []})
    ratios = {"AAA@msci-world": 0.06, "AAA@small": 0.025}
    asked = {"providers": "msci", "tracking_ratio": ratios}
    both = made.scenario(**asked, treatment=MIGRATION["treatment"]).outflows
    assert both["outflow_shares"].to_list() == [pytest.approx(3.5e6)]
    alone = made.scenario(**asked, treatment="msci-world=exclude").outflows
    assert alone["outflow_shares"].to_list() == [pytest.approx(6e6)]


def test_the_other_providers_of_a_scenario_still_delete(sample: Dataset) -> None:
    found = sample.scenario(**{**ENTRY, "providers": "msci,msci+sp-dji"})
    alone, both = found.outflows.rows(named=True)
    assert alone["outflow_usd"] == pytest.approx(2.80e9, rel=1e-3)
    assert both["increment_usd"] == pytest.approx(-6.362e9, rel=1e-3)
    assert both["gross_sold_usd"] == pytest.approx(2.80e9 + 1.592e9, rel=1e-3)


def test_explain_walks_the_indices(sample: Dataset) -> None:
    told = str(sample.explain("MSTR", provider="sp-dji", **{
        key: ENTRY[key] for key in ("treatment", "tracking_ratio")
    }))  # fmt: skip
    assert "entered: S&P 500 Index" in told
    assert "left: S&P Completion Index" in told
