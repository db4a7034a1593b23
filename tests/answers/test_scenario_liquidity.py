"""Impact beside each outflow, through the whole command."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rows import AS_OF, MINIMAL, SECURITY, held

from flowrisk.answers.scenario import IMPACT_COLUMNS, with_impacts
from flowrisk.text import scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult


def zigzag(volume_shares: float) -> list[dict[str, Any]]:
    """Closes up to the as-of day whose log returns are +4.5 % and -4.5 % in turn."""
    return [
        {"security_id": SECURITY, "priced_on": AS_OF - timedelta(days=back),
         "close_usd": 160.0 * math.exp(0.045 * (back % 2)), "volume_shares": volume_shares}
        for back in range(61)
    ]  # fmt: skip


@pytest.fixture
def asked(make_dataset: Callable[..., Dataset]) -> ScenarioResult:
    """15 m shares against 12 m a day and 4.5 % a day (60 returns: 4.5 % · √(60/59))."""
    security = {**MINIMAL["securities"][0], "float_shares": 15e6 / 0.056,
                "shares_outstanding": 4e8}  # fmt: skip
    return make_dataset(
        securities=[security], prices=zigzag(12e6), holdings=[held("F1", 15e6)]
    ).scenario(providers="msci")


def test_the_square_root_law_stands_on_the_outflow(asked: ScenarioResult) -> None:
    (row,) = asked.outflows.rows(named=True)
    low, central, high = (row[name] for name in IMPACT_COLUMNS)
    sample = math.sqrt(60 / 59)
    # 4.5 % · √(15/12) = 5.031 % at Y = 1, half of it at Y = 0.5
    assert high == pytest.approx(503.1 * sample, abs=0.1)
    assert low == pytest.approx(251.6 * sample, abs=0.1)
    assert central == pytest.approx(0.75 * high)
    assert row["days_to_sell"] == pytest.approx(6.25)


def test_the_multiples_of_a_day_and_of_a_closing_auction_by_hand(asked: ScenarioResult) -> None:
    """15 m shares against 12 m a day: 1.25 days, 8.93 to 15.63 closes at 14 % and 8 % of the day;
    in dollars at 160 against a window half of which closed 4.6 % higher: 1.222."""
    (row,) = asked.outflows.rows(named=True)
    assert row["adv_multiple_days"] == pytest.approx(1.25)
    assert row["adv_multiple_by_value_days"] == pytest.approx(1.25 / ((1 + math.exp(0.045)) / 2))
    assert row["auction_multiple_low_days"] == pytest.approx(1.25 / 0.14)
    assert row["auction_multiple_high_days"] == pytest.approx(1.25 / 0.08)


@pytest.mark.parametrize("volume", [0.0, None])
def test_without_a_usable_volume_nothing_is_said_of_days(
    make_dataset: Callable[..., Dataset], volume: float | None
) -> None:
    prices = [{**day, "volume_shares": volume} for day in zigzag(1.0)]
    result = make_dataset(prices=prices, holdings=[held("F1", 15e6)]).scenario(providers="msci")
    (row,) = result.outflows.rows(named=True)
    assert row["outflow_shares"] is not None
    days = ("adv_multiple_days", "adv_multiple_by_value_days", "days_to_sell",
            "auction_multiple_low_days", "auction_multiple_high_days")  # fmt: skip
    assert {row[name] for name in days} == {None}


def test_the_models_stand_side_by_side(asked: ScenarioResult) -> None:
    rows = {row["model"]: row for row in asked.impacts.rows(named=True)}
    assert list(rows) == ["square_root", "almgren_permanent", "almgren_realised", "elasticity",
                          "event_study"]  # fmt: skip
    assert rows["almgren_permanent"]["central_bps"] is None
    assert "1.25 is outside" in rows["almgren_permanent"]["reason"]
    # 5.6 % of the float at an elasticity of one
    assert rows["elasticity"]["central_bps"] == pytest.approx(560.0)
    assert rows["square_root"]["central_bps"] == asked.outflows[IMPACT_COLUMNS[1]][0]


def test_the_ladder_has_three_paces(asked: ScenarioResult) -> None:
    rungs = asked.participation_ladder.select("participation_ratio", "days_to_sell").rows()
    assert rungs == [(0.1, pytest.approx(12.5)), (0.2, pytest.approx(6.25)),
                     (0.3, pytest.approx(12.5 / 3))]  # fmt: skip


def test_an_unknown_volatility_gives_no_impact_and_a_reason(
    make_dataset: Callable[..., Dataset],
) -> None:
    result = make_dataset().scenario(providers="msci")
    assert result.outflows[IMPACT_COLUMNS[1]].to_list() == [None]
    row = result.impacts.filter(pl.col("model") == "square_root").row(0, named=True)
    assert (row["central_bps"], row["reason"]) == (None, "unknown: daily_volatility_ratio")


def test_every_outflow_keeps_its_own_impact(sample_result: ScenarioResult) -> None:
    joined = sample_result.outflows.join(
        sample_result.impacts.filter(pl.col("model") == "square_root"),
        on=["scenario_id", "security_id"],
    )
    assert joined.height == sample_result.outflows.height
    assert joined["square_root_impact_central_bps"].equals(joined["central_bps"], null_equal=True)
    # 0.75 times the volatility of the security's own row times the root of Q/V
    mstr = joined.filter((pl.col("ticker") == "MSTR") & (pl.col("scenario_id") == "all"))
    liquidity = sample_result.liquidity.filter(pl.col("ticker") == "MSTR")
    expected = 7500 * liquidity["daily_volatility_ratio"][0] * mstr["adv_multiple_days"][0] ** 0.5
    assert mstr["central_bps"][0] == pytest.approx(expected)


def test_the_table_alone_reads_no_liquidity(sample: Dataset) -> None:
    assert "liquidity" not in scenario.MARTS
    lean = sample.answer(sample.settings({}), marts=scenario.MARTS)
    assert not {"liquidity", "impacts", "participation_ladder"} & set(lean.answer.marts)
    frames = dict(lean.answer.marts)
    assert with_impacts(frames, 0.2) == frames
