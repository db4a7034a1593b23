from __future__ import annotations

import csv
from datetime import date
from typing import Any

import polars as pl
import pytest
from paths import WORKED

from flowrisk.analytics.execution import CLOSING_RATIOS, impact_path, schedule, schedules
from flowrisk.errors import QuestionError

ANNOUNCED_ON, EFFECTIVE_ON = date(2025, 11, 20), date(2025, 12, 1)


def test_schedule_over_thanksgiving_by_hand() -> None:
    with (WORKED / "execution.csv").open(encoding="utf-8") as answers:
        expected = list(csv.DictReader(answers))
    found = schedule(ANNOUNCED_ON, EFFECTIVE_ON)
    assert [day.isoformat() for day in found["sold_on"]] == [row["sold_on"] for row in expected]
    assert found["phase"].to_list() == [row["phase"] for row in expected]
    assert found["sold_ratio"].to_list() == pytest.approx(
        [float(row["sold_ratio"]) for row in expected]
    )
    assert set(found["calendar"]) == {"sessions of XNYS"}


@pytest.mark.parametrize("closing", CLOSING_RATIOS)
def test_the_whole_sale_is_scheduled_once(closing: float) -> None:
    found = schedule(ANNOUNCED_ON, EFFECTIVE_ON, closing_ratio=closing)
    assert found["sold_ratio"].sum() == pytest.approx(1)
    assert found["sold_ratio"][-1] == closing
    assert found["sold_on"][0] > ANNOUNCED_ON
    assert found["sold_on"][-1] == EFFECTIVE_ON


def test_with_no_day_between_the_close_takes_all() -> None:
    found = schedule(date(2025, 11, 28), EFFECTIVE_ON)
    assert found.select("sold_on", "sold_ratio", "phase").rows() == [(EFFECTIVE_ON, 1.0, "close")]


def test_an_effective_day_without_trading_is_refused_with_the_day_before() -> None:
    with pytest.raises(QuestionError, match="2025-11-23 is not a trading day") as refusal:
        schedule(ANNOUNCED_ON, date(2025, 11, 23))
    assert refusal.value.facts["trading day before"] == date(2025, 11, 21)


@pytest.mark.parametrize(("effective_on", "closing"), [(ANNOUNCED_ON, 0.85), (EFFECTIVE_ON, 1.2)])
def test_impossible_schedules_are_refused(effective_on: date, closing: float) -> None:
    with pytest.raises(QuestionError, match="cannot be scheduled"):
        schedule(ANNOUNCED_ON, effective_on, closing_ratio=closing)


def _timeline(**changes: Any) -> pl.DataFrame:
    row = {"scenario_id": "all", "provider_id": "msci", "security_id": "A", "ticker": "AAA",
           "announced_on": ANNOUNCED_ON, "trades_on": EFFECTIVE_ON, "sessions_count": 1,
           "outflow_shares": 1_000.0, "exchange_id": "XNAS", "calendar_id": "XNYS",
           "is_calendar_assumed": False}  # fmt: skip
    schema = {"announced_on": pl.Date, "outflow_shares": pl.Float64, "exchange_id": pl.String}
    return pl.DataFrame([{**row, **changes}], schema_overrides=schema)


def test_a_review_is_spread_from_its_announcement_by_hand() -> None:
    found = schedules(_timeline(), ANNOUNCED_ON)
    assert found["sold_shares"].to_list() == pytest.approx([90.0] * 5 + [550.0])
    # at 60 % in the close each day of the window takes 8 %, at 50 % it takes 10 %
    assert found.row(0, named=True)["sold_low_ratio"] == pytest.approx(0.08)
    assert found.row(0, named=True)["sold_high_ratio"] == pytest.approx(0.10)
    assert found.row(-1, named=True)["sold_low_ratio"] == 0.5
    # what lies before the as-of date is not sold any more
    late = schedules(_timeline(), date(2025, 11, 26))
    assert late["sold_on"].to_list() == [date(2025, 11, 28), EFFECTIVE_ON]
    assert late["sold_shares"].sum() == pytest.approx(1_000.0)


@pytest.mark.parametrize(
    ("changes", "phase", "shares"),
    [
        ({"announced_on": None}, "close", 1_000.0),
        ({"announced_on": EFFECTIVE_ON}, "close", 1_000.0),
        # a fifth of a review of 5,000 shares, each in its own close
        ({"sessions_count": 5}, "packet", 1_000.0),
        ({"announced_on": None, "outflow_shares": None}, "close", None),
    ],
)
def test_what_cannot_be_spread_trades_in_the_close(
    changes: dict[str, Any], phase: str, shares: float | None
) -> None:
    (row,) = schedules(_timeline(**changes), ANNOUNCED_ON).rows(named=True)
    assert (row["sold_on"], row["phase"]) == (EFFECTIVE_ON, phase)
    assert row["sold_shares"] == (None if shares is None else pytest.approx(shares))


def _sessions(
    *sales: tuple[date, float | None], volatility: float | None = 0.04, calendar: str = "XNYS"
) -> pl.DataFrame:
    rows = [("all", "A", day, shares, 100.0, volatility, calendar) for day, shares in sales]
    schema = {"scenario_id": pl.String, "security_id": pl.String, "trades_on": pl.Date,
              "outflow_shares": pl.Float64, "adv_shares": pl.Float64,
              "daily_volatility_ratio": pl.Float64, "calendar_id": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_the_path_of_two_sales_by_hand() -> None:
    """0.75 x 4 % x root(100/100) = 300 bp on Monday the 1st, and again on Monday the 15th, ten
    sessions on: 300 x (0.5 + 0.5/e) = 205.18 is left of the first, and 505.18 in all."""
    found = impact_path(_sessions((date(2025, 12, 1), 100.0), (date(2025, 12, 15), 100.0)))
    falls = dict(found.select("session_on", "fall_bps").rows())
    assert falls[date(2025, 12, 1)] == pytest.approx(300.0)
    assert falls[date(2025, 12, 15)] == pytest.approx(505.1819, abs=1e-3)
    # five sessions after: 300 x (1 + 0.5/e^1.5 + 0.5/e^0.5)
    assert falls[date(2025, 12, 22)] == pytest.approx(424.4492, abs=1e-3)
    assert found["is_trade_session"].to_list() == [True, True, False, False, False]


@pytest.mark.parametrize(("shares", "volatility"), [(None, 0.04), (100.0, None)])
def test_no_path_where_an_impact_is_unknown(shares: float | None, volatility: float | None) -> None:
    sales = ((date(2025, 12, 1), 100.0), (date(2025, 12, 15), shares))
    found = impact_path(_sessions(*sales, volatility=volatility))
    assert found.is_empty()
    assert found.columns == ["scenario_id", "security_id", "session_on", "fall_bps",
                             "is_trade_session"]  # fmt: skip
    assert impact_path(_sessions()).is_empty()


def test_sessions_of_tokyo_are_its_own() -> None:
    """From Thursday the 20th to the close of Tuesday the 25th Tokyo trades on the 21st and 25th:
    Monday is Labour Thanksgiving. 45 % on the one, 55 % on the other."""
    tokyo = {"exchange_id": "XTKS", "calendar_id": "XTKS", "trades_on": date(2025, 11, 25)}
    found = schedules(_timeline(**tokyo), ANNOUNCED_ON)
    assert found.select("sold_on", "sold_ratio", "calendar").rows() == [
        (date(2025, 11, 21), pytest.approx(0.45), "sessions of XTKS"),
        (date(2025, 11, 25), 0.55, "sessions of XTKS"),
    ]
    path = impact_path(_sessions((date(2025, 11, 21), 100.0), calendar="XTKS"))
    # five sessions on: 25 to 28 November, and Monday 1 December
    assert path["session_on"].to_list()[1] == date(2025, 12, 1)


@pytest.mark.parametrize(
    ("exchange", "whom"), [("XXXX", "XXXX"), (None, "an exchange that is not in the data")]
)
def test_sessions_that_are_assumed_are_called_so(exchange: str | None, whom: str) -> None:
    found = schedules(_timeline(exchange_id=exchange, is_calendar_assumed=True), ANNOUNCED_ON)
    assert found.height == 6
    assert set(found["calendar"]) == {f"sessions of XNYS, assumed for {whom}"}


def test_no_path_of_sales_and_purchases() -> None:
    assert impact_path(_sessions((date(2025, 12, 1), 9.0), (date(2025, 12, 2), -9.0))).is_empty()
