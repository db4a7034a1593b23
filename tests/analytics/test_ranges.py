"""Low, central and high of every outflow, and what they rest on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rows import AS_OF, SECURITY, held

from flowrisk.analytics.ranges import scopes_of
from flowrisk.domain import Scenario
from flowrisk.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult


def _row(frame: pl.DataFrame, **wanted: object) -> dict[str, Any]:
    (row,) = frame.filter(**wanted).rows(named=True)
    return row


def _ask(make_dataset: Callable[..., Dataset], **tables: Any) -> ScenarioResult:
    return make_dataset(**tables).scenario(providers="msci", as_of=AS_OF)


def test_what_funds_hold_is_raised_by_the_money_outside_funds(
    make_dataset: Callable[..., Dataset],
) -> None:
    # 1,000 shares x 33.5 / 16 = 2,093.75, at 160 dollars
    row = _row(_ask(make_dataset).ranges)
    assert (row["low_shares"], row["central_shares"]) == (1_000, 1_000)
    assert row["high_shares"] == pytest.approx(2_093.75)
    assert row["high_usd"] == pytest.approx(335_000)


def test_the_share_in_funds_can_be_set_and_says_who_set_it(sample: Dataset) -> None:
    # seen at FTSE Russell only, whose own estimate ends below twice what was seen
    found = sample.scenario(providers="ftse-russell", securities="MSTR", fund_share=0.01)
    row = _row(found.ranges)
    # 681,650 observed; the low end takes derived rows at theirs
    assert row["high_shares"] == pytest.approx(100 * 681_650)
    assert found.answer.assumptions["fund_share"].set_by == "--fund-share"


def test_the_default_uplift_names_its_source(sample_result: ScenarioResult) -> None:
    chosen = sample_result.answer.assumptions["fund_share"]
    assert chosen.value == pytest.approx(0.477612, abs=1e-6)
    assert "Chinco & Sammon" in chosen.source
    assert chosen.set_by == "default"


def test_a_calibrated_figure_has_the_high_end_of_the_own_estimate(
    sample_result: ScenarioResult,
) -> None:
    row = _row(sample_result.ranges, scenario_id="msci", ticker="MSTR")
    own = _row(sample_result.outflows, scenario_id="msci", ticker="MSTR")
    # the floor: what was reported, and the low ends of what was derived
    assert row["low_usd"] == pytest.approx(442.596e6, rel=1e-4)
    assert row["central_usd"] == pytest.approx(2.8e9, rel=1e-4)
    assert row["high_usd"] == pytest.approx(own["model_high_usd"])
    assert row["high_usd"] > row["central_usd"]


def test_a_figure_that_comes_on_top_counts_with_its_part(sample_result: ScenarioResult) -> None:
    # JPMorgan: 8.8 on top of 2.8bn, both at 50bn ÷ 287.108 m shares = 174.15: 66.61 m shares. The
    # high ends by provider come to 62.98 m
    row = _row(sample_result.ranges, scenario_id="all", ticker="MSTR")
    assert row["high_shares"] == pytest.approx(11.6e9 / (50e9 / 287_108_250), rel=1e-6)
    assert row["high_usd"] == pytest.approx(11.7985e9, rel=1e-4)
    assert row["high_basis"] == "the highest published estimate for these providers"


def test_the_high_is_no_less_than_any_figure_published_by_the_day(
    sample_result: ScenarioResult,
) -> None:
    published = sample_result.reconciliation.filter(
        pl.col("ticker") == "MSTR",
        pl.col("not_compared_reason").is_null(),
        ~pl.col("is_after_as_of"),
        pl.col("scope").is_in(["all", "msci"]),
    )
    assert published.height >= 2
    for row in published.rows(named=True):
        high = _row(sample_result.ranges, scenario_id=row["scope"], ticker="MSTR")["high_shares"]
        assert high >= row["published_shares"]


def test_a_calibrated_figure_with_nothing_above_it_has_no_known_high(sample: Dataset) -> None:
    # FTSE Russell: 8.024 m shares for illustration; the own estimate is incomplete, 1.27 m
    row = _row(sample.scenario(providers="ftse-russell", securities="MSTR").ranges)
    assert (row["high_shares"], row["high_usd"]) == (None, None)
    assert row["central_usd"] == pytest.approx(1.4213e9, rel=1e-4)
    assert row["high_basis"].startswith("unknown: the outflow is calibrated")


def test_the_low_is_the_floor_of_what_was_observed(sample_result: ScenarioResult) -> None:
    row = _row(sample_result.ranges, scenario_id="msci", ticker="MSTR")
    parts = sample_result.estimate_components.filter(
        scenario_id="msci", ticker="MSTR", level_id="L0"
    )
    assert row["low_shares"] == pytest.approx(parts["low_shares"].sum())
    assert row["low_usd"] == pytest.approx(442.60e6, rel=1e-4)


def test_a_higher_published_figure_is_the_upper_end(make_dataset: Callable[..., Dataset]) -> None:
    # 0.8 m at a market value of 20bn over 100 m shares, so at 200 dollars: 4,000 shares
    figure = {"estimate_id": "e", "scope": "msci", "subject": SECURITY, "published_on": AS_OF,
              "outflow_high_usd": 0.8e6, "assumed_market_cap_usd": 20e9,
              "market_cap_counts": "listed_class"}  # fmt: skip
    prices = [{"security_id": SECURITY, "priced_on": AS_OF - timedelta(days=days),
               "close_usd": close, "volume_shares": 12e3}
              for days, close in ((0, 160.0), (1, 200.0))]  # fmt: skip
    row = _row(_ask(make_dataset, published_estimates=[figure], prices=prices).ranges)
    assert (row["high_shares"], row["high_usd"]) == (4_000, 640_000)
    assert row["high_basis"] == "the highest published estimate for these providers"


def test_a_figure_published_later_is_not_known_yet(make_dataset: Callable[..., Dataset]) -> None:
    later = {"estimate_id": "e", "scope": "msci", "subject": SECURITY,
             "published_on": AS_OF + timedelta(days=1), "outflow_high_usd": 0.8e6,
             "assumed_market_cap_usd": 20e9}  # fmt: skip
    row = _row(_ask(make_dataset, published_estimates=[later]).ranges)
    assert row["high_shares"] == pytest.approx(2_093.75)


def test_where_nothing_is_known_neither_central_nor_high_is_a_zero(
    sample_result: ScenarioResult,
) -> None:
    row = _row(sample_result.ranges, scenario_id="msci", ticker="3350")
    assert (row["low_usd"], row["central_usd"], row["high_usd"]) == (None, None, None)
    assert row["unknown_high_count"] == 1
    assert row["high_basis"].startswith("unknown")


def test_no_end_lies_above_the_float(make_dataset: Callable[..., Dataset]) -> None:
    tables: dict[str, Any] = {
        "securities": [{"security_id": SECURITY, "ticker": "AAA", "security_name": "Alpha Inc",
                        "shares_outstanding": 2_000.0, "float_shares": 1_500.0,
                        "shares_on": AS_OF}],
        "holdings": [held("F1", 1_000.0)],
    }  # fmt: skip
    row = _row(_ask(make_dataset, **tables).ranges)
    assert row["high_shares"] == 1_500.0
    assert row["high_basis"].startswith("the float")


def test_the_ends_are_in_order(sample_result: ScenarioResult) -> None:
    known = sample_result.ranges.drop_nulls("high_usd")
    assert known.height > 10
    is_ordered = (pl.col("low_usd") <= pl.col("central_usd")) & (
        pl.col("central_usd") <= pl.col("high_usd")
    )
    assert known.select(is_ordered.all()).item()


def test_every_source_is_named_and_has_dollars_or_is_unknown(
    sample_result: ScenarioResult,
) -> None:
    found = sample_result.uncertainty_sources.filter(scenario_id="all", ticker="MSTR")
    amounts = dict(found.select("source", "amount_usd").rows())
    # 49.68 m less 24.68 m at 177.13; the ACWI fund was read before 4 May 2025; all but the rows
    # of VTI, QQQ, IWV and ISAC are derived or inferred
    assert amounts["coverage"] == pytest.approx(4.4291e9, rel=1e-4)
    assert amounts["staleness"] == pytest.approx(45_157 * 177.13, rel=1e-6)
    assert amounts["mapping"] == pytest.approx(
        (24_678_518 - 8_160_898 - 5_457_761 - 61_289 - 55_857) * 177.13, rel=1e-6
    )
    assert amounts["prior"] == pytest.approx(11.7985e9 - 8.8005e9, rel=1e-3)
    assert amounts["price date"] > 1e9
    nothing = sample_result.uncertainty_sources.filter(scenario_id="msci", ticker="3350")
    assert dict(nothing.select("source", "amount_usd").rows())["coverage"] is None


def test_a_source_lies_where_its_dollars_lie(sample_result: ScenarioResult) -> None:
    found = sample_result.uncertainty_sources.filter(scenario_id="all", ticker="MSTR")
    ends = {row["source"]: (row["low_usd"], row["high_usd"]) for row in found.rows(named=True)}
    observed, central, high = 4.37130589334e9, 8.800454686386e9, 11.79847236282e9
    assert ends["coverage"] == pytest.approx((observed, central), rel=1e-9)
    assert ends["staleness"] == pytest.approx((observed - 7_998_659.41, observed), rel=1e-9)
    assert ends["prior"] == pytest.approx((central, high), rel=1e-9)
    # 49,683,592 shares at the lowest and the highest close of the 20 sessions to 20 Nov 2025
    assert ends["price date"] == pytest.approx((8.800454686e9, 14.687960362e9), rel=1e-6)
    nothing = sample_result.uncertainty_sources.filter(scenario_id="msci", ticker="3350")
    unknown = nothing.filter(source="coverage").row(0, named=True)
    assert (unknown["low_usd"], unknown["high_usd"]) == (None, None)


@pytest.mark.parametrize(
    ("provider_ids", "treatments", "scope"),
    [(("crsp", "msci"), {}, "all"), (("msci",), {}, "msci"), (("msci",), {"msci": "freeze"}, None),
     (("crsp", "x"), {}, None)],
)  # fmt: skip
def test_a_scope_means_the_same_providers(
    provider_ids: tuple[str, ...], treatments: dict[str, Any], scope: str | None
) -> None:
    found = scopes_of([Scenario("s", provider_ids, treatments)], ["msci", "crsp"])
    assert found == ([("s", scope)] if scope else [])


def test_a_provider_that_is_alone_is_all_of_them_too() -> None:
    assert scopes_of([Scenario("s", ("msci",))], ["msci"]) == [("s", "all"), ("s", "msci")]


@pytest.mark.parametrize("share", [0, -0.1, 1.01, "nan"])
def test_a_share_that_cannot_be_is_refused(sample: Dataset, share: Any) -> None:
    with pytest.raises(QuestionError):
        sample.scenario(fund_share=share)
