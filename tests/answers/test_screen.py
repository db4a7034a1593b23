"""The digital-asset screen and the rule, against numbers worked by hand."""

from __future__ import annotations

import json
import math
import tomllib
from datetime import date
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from paths import WORKED
from rows import MINIMAL
from sheets import BN, SEPTEMBER, prices, treasury

from flowrisk.errors import DataError, QualityError, QuestionError
from flowrisk.text import screen as screen_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rows import Row, Rows

    from flowrisk.api import Dataset
    from flowrisk.api.results import Result
    from flowrisk.domain import ScreenAnswer


ANSWERS: dict[str, Any] = tomllib.loads((WORKED / "thresholds.toml").read_text(encoding="utf-8"))


def screened(
    make: Callable[..., Dataset], rows: Rows, coins: Rows, **asked: Any
) -> Result[ScreenAnswer]:
    return make(treasuries=rows, coin_prices=coins).screen(**asked)


def only(result: Result[ScreenAnswer]) -> Row:
    (row,) = result.digital_asset_ratios.rows(named=True)
    return row


def test_ratio_distance_and_break_even(make_dataset: Callable[..., Dataset]) -> None:
    row = only(screened(make_dataset, [treasury(12_000, 1.5, 90_000)], prices(90_000, 90_000)))
    assert row["digital_asset_ratio"] == pytest.approx(0.418605, abs=1e-6)
    assert row["review_digital_asset_ratio"] == pytest.approx(0.418605, abs=1e-6)
    assert row["distance_ratio"] == pytest.approx(-0.081395, abs=1e-6)
    assert row["break_even_coin_price_usd"] == pytest.approx(125_000)
    assert row["break_even_move_ratio"] == pytest.approx(125 / 90 - 1)
    assert row["price_sensitivity_ratio"] == pytest.approx(0.418605 * 0.581395, abs=1e-6)
    assert (row["is_at_or_above"], row["is_off_units"]) == (False, False)
    assert row["at_or_above_probability_ratio"] is None


def test_the_probability_of_the_review(make_dataset: Callable[..., Dataset]) -> None:
    rows, coins = [treasury(12_000, 1.5, 90_000)], prices(90_000, 90_000)
    row = only(screened(make_dataset, rows, coins, review_on="2026-02-19", volatility=0.55))
    # 91 days, a quarter of a year less six hours: method's quarter gives .09142 and .19599
    assert row["at_or_above_probability_ratio"] == pytest.approx(0.09142, abs=3e-4)
    assert row["touching_probability_ratio"] == pytest.approx(0.19599, abs=6e-4)
    years = 91 / 365
    z = (math.log(90 / 125) - 0.55**2 / 2 * years) / (0.55 * math.sqrt(years))
    assert row["at_or_above_probability_ratio"] == pytest.approx(NormalDist().cdf(z), abs=1e-12)
    assert row["crossing_probability_ratio"] == row["at_or_above_probability_ratio"]


def test_above_the_line_crossing_is_falling_below_it(
    make_dataset: Callable[..., Dataset],
) -> None:
    rows, coins = [treasury(12_000, 1.0, 100_000)], prices(100_000, 100_000)
    row = only(screened(make_dataset, rows, coins, review_on="2026-02-19"))
    assert row["is_at_or_above"] is True
    assert row["crossing_probability_ratio"] == pytest.approx(
        1 - row["at_or_above_probability_ratio"]
    )
    assert row["at_or_above_probability_ratio"] > 0.5


@pytest.mark.parametrize(("price", "ratio", "is_in"), [(114_000, 0.5327, True),
                                                       (88_000, 0.4681, False)])  # fmt: skip
def test_the_price_basis_decides(
    price: float,
    ratio: float,
    *,
    is_in: bool,
    make_dataset: Callable[..., Dataset],
) -> None:
    rows, coins = [treasury(12_000, 1.2, 114_000)], prices(114_000, 90_000)
    row = only(screened(make_dataset, rows, coins, coin_price={"btc": price}))
    assert row["digital_asset_ratio"] == pytest.approx(0.5327, abs=5e-5)
    assert row["review_digital_asset_ratio"] == pytest.approx(ratio, abs=5e-5)
    assert (row["review_coin_price_usd"], row["review_priced_on"]) == (price, None)
    assert row["is_at_or_above"] is is_in


def test_the_line_is_inclusive(make_dataset: Callable[..., Dataset]) -> None:
    row = only(screened(make_dataset, [treasury(1, 1e-9, 1.0)], prices(1.0, 1.0)))
    assert (row["digital_asset_ratio"], row["is_at_or_above"]) == (0.5, True)
    assert row["distance_ratio"] == 0


@pytest.mark.parametrize(("exit_threshold", "is_in"), [(0.45, True), (0.47, False)])
def test_hysteresis_keeps_who_was_in_above_the_exit(
    exit_threshold: float,
    *,
    is_in: bool,
    make_dataset: Callable[..., Dataset],
) -> None:
    rows, coins = [treasury(12_000, 1.2, 114_000)], prices(114_000, 88_000)
    row = only(screened(make_dataset, rows, coins, exit_threshold=exit_threshold))
    assert row["is_at_or_above"] is False
    assert row["is_at_or_above_with_buffer"] is is_in


def test_the_five_moves(make_dataset: Callable[..., Dataset]) -> None:
    company = ANSWERS["company"]
    moves: dict[str, float] = company["moves"]
    result = screened(make_dataset, [treasury(12_000, 1.5, 90_000)], prices(90_000, 90_000),
                      move=dict.fromkeys(moves, company["moved_usd"]))  # fmt: skip
    got = dict(result.moves.select("move", "digital_asset_ratio").rows())
    assert got == pytest.approx(moves, abs=1e-6)
    assert result.moves["is_at_or_above"].to_list() == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("move", "cash", "reason"),
    [
        ("buy-with-cash=2bn", None, "more than its other assets"),
        ("buy-with-cash=500m", 4e8, "more than its cash"),
        ("sell-for-cash=2bn", None, "more than its digital assets"),
    ],
)
def test_a_move_the_balance_sheet_cannot_make_has_no_ratio(
    move: str, cash: float | None, reason: str, make_dataset: Callable[..., Dataset]
) -> None:
    rows = [treasury(12_000, 1.5, 90_000, cash_usd=cash)]
    result = screened(make_dataset, rows, prices(90_000, 90_000), move=move)
    assert result.moves.select("digital_asset_ratio", "reason").row(0) == (None, reason)


def test_collateral_scales_the_reported_value_and_warns(
    make_dataset: Callable[..., Dataset],
) -> None:
    # CleanSpark: 1.189 bn reported of 3.18 bn, 13,011 coins worth 1.4843 bn at 114,078.18
    rows = [treasury(13_011, None, 1.0, digital_assets_usd=1.189 * BN,
                     total_assets_usd=3.18 * BN)]  # fmt: skip
    result = screened(make_dataset, rows, prices(114_078.18, 57_039.09))
    row = only(result)
    assert row["digital_asset_ratio"] == pytest.approx(0.3739, abs=5e-5)
    assert row["all_coins_digital_asset_ratio"] == pytest.approx(0.4668, abs=5e-5)
    assert row["is_off_units"] is True
    # half the price: half the reported value, the other 1.991 bn as they were
    assert row["review_digital_asset_ratio"] == pytest.approx(0.5945 / (0.5945 + 1.991), abs=1e-6)
    assert any("37.4 % as reported, 46.7 % with all coins" in line for line in result.warnings)
    strict = make_dataset("again", treasuries=rows, coin_prices=prices(114_078.18, 57_039.09))
    with pytest.raises(QualityError, match="not good enough"):
        strict.screen(strict=True)


def test_a_gap_of_two_percent_is_no_warning(make_dataset: Callable[..., Dataset]) -> None:
    rows = [treasury(98, 1e-6, 1.0, digital_assets_usd=100.0)]
    result = screened(make_dataset, rows, prices(1.0, 1.0))
    assert only(result)["is_off_units"] is False
    assert "digital_assets_fit_their_units" not in {f.code for f in result.answer.findings}


def test_several_coins_are_summed_and_each_moves_with_its_price(
    make_dataset: Callable[..., Dataset],
) -> None:
    rows = [treasury(2, None, 1.0, digital_assets_usd=20.0, total_assets_usd=100.0,
                     is_issuer_total=False),
            treasury(10, None, 1.0, coin="ETH", digital_assets_usd=20.0,
                     is_issuer_total=False)]  # fmt: skip
    coins = [*prices(10.0, 20.0), *prices(2.0, 1.0, "ETH")]
    row = only(screened(make_dataset, rows, coins))
    assert row["digital_asset_ratio"] == pytest.approx(0.4)
    # 20 · 2 + 20 · ½ = 50 of 110; the other 60 stand at even with coins 1.2 times as dear
    assert row["review_digital_asset_ratio"] == pytest.approx(50 / 110)
    assert row["break_even_move_ratio"] == pytest.approx(0.2)
    assert row["break_even_coin_price_usd"] is None


def test_the_break_even_price_moves_the_named_coin_alone(
    make_dataset: Callable[..., Dataset],
) -> None:
    """Trump Media by hand, $m: 11,542 BTC at 114,064 are 1,316.53 of 1,466.689; the other 150.16
    are CRO. (3,265.2665 - 1,466.689 - 150.16) / 11,542 = 142,819; at 86,554 BTC are 999.00."""
    rows = [treasury(11_542, None, 1.0, digital_assets_usd=1_466.689e6,
                     total_assets_usd=3_265.2665e6)]  # fmt: skip
    result = screened(make_dataset, rows, prices(114_064, 86_554), review_on="2026-02-19")
    row = only(result)
    assert row["unlisted_digital_assets_usd"] == pytest.approx(150.16e6, abs=1e4)
    assert row["break_even_coin_price_usd"] == pytest.approx(142_819, abs=2)
    assert row["review_digital_asset_ratio"] == pytest.approx(1_149.17 / 2_947.74, abs=1e-5)
    assert row["price_sensitivity_ratio"] == pytest.approx(
        999.01 / 2_947.74 * (1 - 1_149.17 / 2_947.74), abs=1e-5
    )
    assert row["all_coins_digital_asset_ratio"] is None
    said = screen_text.notes(result.answer)
    assert any(each.startswith("break-even = the named coin alone") for each in said)
    assert any("one assumed volatility for all coins" in each for each in said)


def test_one_coin_of_several_is_at_least_and_said_so(make_dataset: Callable[..., Dataset]) -> None:
    rows = [treasury(60, None, 1.0, total_assets_usd=100.0, is_issuer_total=False)]
    result = screened(make_dataset, rows, prices(1.0, 1.0))
    assert any("one coin of several" in line for line in result.warnings)


def test_coins_alone_are_valued_at_the_close_of_the_statement(
    make_dataset: Callable[..., Dataset],
) -> None:
    rows = [treasury(2, None, 1.0, digital_assets_usd=None, total_assets_usd=100.0)]
    row = only(screened(make_dataset, rows, prices(30.0, 30.0)))
    assert row["digital_asset_ratio"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"total_assets_usd": None}, "total assets unknown"),
        ({"digital_assets_usd": None, "units": None}, "digital assets unknown"),
        ({"total_assets_usd": 1.0}, "digital assets exceed total assets"),
    ],
)
def test_what_is_unknown_is_not_assessed(
    changed: dict[str, Any], reason: str, make_dataset: Callable[..., Dataset]
) -> None:
    result = screened(
        make_dataset,
        [{**treasury(12_000, 1.5, 90_000), **changed}],
        prices(90_000, 90_000),
        move="raise-equity=1m",
        review_on="2026-01-01",
    )
    row = only(result)
    assert row["not_assessed_reason"].startswith(reason)
    assert (row["digital_asset_ratio"], row["is_at_or_above"]) == (None, None)
    assert row["at_or_above_probability_ratio"] is None
    assert result.moves["digital_asset_ratio"].to_list() == [None]
    assert "Not assessed (1): AAA" in str(result)


def test_an_issuer_without_statement_is_not_assessed(
    make_dataset: Callable[..., Dataset],
) -> None:
    rows = [treasury(12_000, 1.5, 90_000, issuer_id="beta")]
    row = only(screened(make_dataset, rows, prices(90_000, 90_000)))
    assert row["not_assessed_reason"] == "no balance sheet in the data by the as-of date"


def test_a_coin_without_prices_is_assessed_as_reported(
    make_dataset: Callable[..., Dataset],
) -> None:
    row = only(screened(make_dataset, [treasury(12_000, 1.0, 90_000)], [],
                        review_on="2026-01-01"))  # fmt: skip
    assert row["digital_asset_ratio"] == pytest.approx(1.08 / 2.08)
    assert (row["review_digital_asset_ratio"], row["is_at_or_above"]) == (None, True)
    assert row["at_or_above_probability_ratio"] is None
    # a price given for it starts from the one that value and coins imply
    given = make_dataset("again", treasuries=[treasury(12_000, 1.0, 90_000)])
    priced = only(given.screen(coin_price={"BTC": 45_000}))
    assert priced["review_digital_asset_ratio"] == pytest.approx(0.54 / 1.54)


def test_mnav_is_the_listed_class_over_the_coins_at_the_review_price(
    make_dataset: Callable[..., Dataset],
) -> None:
    # 100 m shares of 30 September at 160 dollars over 100,000 coins at 80,000
    rows = [treasury(100_000, 1.0, 100_000, debt_usd=3 * BN, preferred_usd=2 * BN, cash_usd=BN)]
    row = only(screened(make_dataset, rows, prices(100_000, 80_000)))
    assert (row["market_value_usd"], row["shares_on"]) == (16 * BN, SEPTEMBER)
    assert row["simple_mnav_ratio"] == pytest.approx(2.0)
    assert row["enterprise_mnav_ratio"] == pytest.approx((16 + 3 + 2 - 1) / 8)
    assert row["mnav_missing"] is None


@pytest.mark.parametrize(
    ("sheet", "shares_on", "simple", "missing"),
    [
        ({"debt_usd": BN}, SEPTEMBER, 2.0, "preferred stock, cash"),
        ({}, date(2025, 11, 19), 2.0, "debt, preferred stock, cash"),
        ({}, date(2025, 7, 31), None,
         "shares and coins of one date, debt, preferred stock, cash"),
    ],
)  # fmt: skip
def test_an_mnav_without_its_inputs_is_unknown_and_says_which(
    sheet: dict[str, Any],
    shares_on: date,
    simple: float | None,
    missing: str,
    make_dataset: Callable[..., Dataset],
) -> None:
    made = make_dataset(
        treasuries=[treasury(100_000, 1.0, 100_000, **sheet)],
        coin_prices=prices(100_000, 80_000),
        securities=[{**MINIMAL["securities"][0], "shares_on": shares_on}],
    )
    row = only(made.screen())
    assert row["simple_mnav_ratio"] == (None if simple is None else pytest.approx(simple))
    assert (row["enterprise_mnav_ratio"], row["mnav_missing"]) == (None, missing)


def test_the_screen_sets_its_line_against_the_list(sample: Dataset) -> None:
    rows = {row["ticker"]: row for row in sample.screen().rule_disagreements.rows(named=True)}
    assert (rows["RIOT"]["is_on_list"], rows["RIOT"]["meets_rule"]) == (True, False)
    assert rows["RIOT"]["digital_asset_ratio"] == pytest.approx(0.4227, abs=5e-5)
    assert "MSTR" not in rows
    lower = sample.screen(threshold=0.4).rule_disagreements
    assert "RIOT" not in lower["ticker"].to_list()
    assert "rule_disagreements" not in sample.screen(securities=["RIOT"]).answer.marts


@pytest.mark.parametrize(
    ("ticker", "as_of", "ratio", "statement_on"),
    [
        ("MSTR", None, 0.994, SEPTEMBER),
        ("RIOT", None, 0.491, SEPTEMBER),
        ("CLSK", None, 0.374, SEPTEMBER),
        ("BMNR", "2025-12-31", 0.919, date(2025, 11, 30)),
    ],
)
def test_the_sample(
    ticker: str, as_of: str | None, ratio: float, statement_on: date, sample: Dataset
) -> None:
    row = only(sample.screen(securities=[ticker], as_of=as_of))
    assert row["digital_asset_ratio"] == pytest.approx(ratio, abs=5e-4)
    assert row["statement_on"] == statement_on


def test_the_sample_names_who_cannot_be_assessed(sample: Dataset) -> None:
    rows = sample.screen().digital_asset_ratios.filter(pl.col("is_in_basket"))
    reasons = dict(rows.select("ticker", "not_assessed_reason").rows())
    assert reasons == {"3350": "total assets unknown", "MARA": "total assets unknown",
                       "SBET": "total assets unknown", "MSTR": None, "RIOT": None}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"threshold": 0}, "strictly between 0 and 1"),
        ({"threshold": 1}, "strictly between 0 and 1"),
        ({"threshold": 50}, "strictly between 0 and 1"),
        ({"threshold": math.nan}, "not finite"),
        ({"exit_threshold": 0.6}, "lies above the threshold"),
        ({"coin_price": {"BTCC": 1.0}}, "nearest: BTC"),
        ({"coin_price": {"BTC": 0.0}}, "above 0"),
        ({"move": {"buy-with-dept": 1.0}}, "nearest: buy-with-debt"),
        ({"move": {"raise-equity": -1.0}}, "cannot be made"),
        ({"review_on": "2025-11-20"}, "does not lie after"),
        ({"volatility": 0}, "strictly between"),
        ({"securities": ["MSTX"]}, "nearest: MSTR"),
    ],
)
def test_bad_questions_are_refused(asked: dict[str, Any], said: str, sample: Dataset) -> None:
    with pytest.raises(QuestionError) as refused:
        sample.screen(**asked)
    assert said in str(refused.value)


def test_without_balance_sheets_there_is_no_screen(make_dataset: Callable[..., Dataset]) -> None:
    with pytest.raises(DataError, match="no balance sheets"):
        make_dataset().screen()
    with pytest.raises(DataError, match="no balance sheets"):
        make_dataset("again").scenario(rule="digital_asset_ratio >= 0.5")


def test_the_json_of_a_screen(sample: Dataset) -> None:
    whole = json.loads(sample.screen(threshold=0.45, move="raise-equity=500m").render("json"))
    assert whole["assumptions"]["threshold_ratio"]["value"] == 0.45
    assert whole["assumptions"]["moves"]["value"] == {"raise-equity": 5e8}
    assert whole["scenarios"] == []
    assert {"digital_asset_ratios", "moves", "treasury_statements"} <= set(whole)
    riot = next(row for row in whole["digital_asset_ratios"] if row["ticker"] == "RIOT")
    assert riot["distance_ratio"] == pytest.approx(riot["review_digital_asset_ratio"] - 0.45)


def test_broken_balance_sheets_are_refused(make_dataset: Callable[..., Dataset]) -> None:
    with pytest.raises(DataError, match="contradicts itself"):
        screened(make_dataset, [treasury(-1, 1.0, 1.0)], prices(1.0, 1.0))
