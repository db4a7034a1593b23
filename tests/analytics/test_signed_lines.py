"""What trades beside the flow: signs, formulas, and silence where nothing is given."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from flowrisk.analytics.signed_lines import signed_lines

ROW = {"scenario_id": "all", "security_id": "A", "ticker": "AAA", "outflow_shares": 1_000.0,
       "adv_shares": 500.0, "close_usd": 10.0, "square_root_impact_central_bps": 500.0}  # fmt: skip


def lines(given: dict[str, tuple[float, ...]] | None = None, **changes: Any) -> dict[str, Any]:
    schema = dict.fromkeys(("outflow_shares", "adv_shares", "close_usd",
                            "square_root_impact_central_bps"), pl.Float64)  # fmt: skip
    outflows = pl.DataFrame([{**ROW, **changes}], schema_overrides=schema)
    found = signed_lines(outflows, {"A": given or {}})
    return {row["line"]: row for row in found.rows(named=True)}


def test_nothing_given_is_nothing_known() -> None:
    found = lines()
    assert set(found) == {"short-interest", "convert-hedge", "on-loan", "leveraged", "active"}
    for row in found.values():
        amounts = (row["signed_shares"], row["signed_usd"], row["days_to_cover"])
        assert (amounts, row["unknown_reason"]) == ((None, None, None), "not in the data")
        assert row["formula"]
        assert row["source"]


def test_short_interest_offsets_and_has_days_to_cover() -> None:
    row = lines({"short-interest": (1_500.0,)})["short-interest"]
    # 1,500 shares at 10 dollars, over 500 shares a day
    assert (row["signed_shares"], row["signed_usd"], row["days_to_cover"]) == (-1500, -15_000, 3)
    unknown = lines({"short-interest": (1_500.0,)}, adv_shares=None, close_usd=None)
    row = unknown["short-interest"]
    assert (row["signed_shares"], row["signed_usd"], row["days_to_cover"]) == (-1500, None, None)


@pytest.mark.parametrize(
    ("given", "usd"),
    # L(L - 1) x AUM x 5 %: a fund of twice 2, of minus twice 6, of minus once 2
    [((2.0, 1e6), 1e5), ((-2.0, 1e6), 3e5), ((-1.0, 1e6), 1e5), ((2.0, 1e6, -2.0, 1e6), 4e5),
     ((0.5, 1e6), -12_500.0)],
)  # fmt: skip
def test_leveraged_funds_trade_with_the_price(given: tuple[float, ...], usd: float) -> None:
    row = lines({"leveraged": given})["leveraged"]
    assert row["signed_usd"] == pytest.approx(usd)
    assert row["signed_shares"] == pytest.approx(usd / 10)


def test_without_an_impact_there_is_no_rebalancing() -> None:
    row = lines({"leveraged": (2.0, 1e6)}, square_root_impact_central_bps=None)["leveraged"]
    assert (row["signed_usd"], row["unknown_reason"]) == (None, "no estimate of the price impact")


def test_no_more_is_recalled_than_is_sold() -> None:
    assert lines({"on-loan": (300.0,)})["on-loan"]["signed_shares"] == -300
    assert lines({"on-loan": (5_000.0,)})["on-loan"]["signed_shares"] == -1_000
    row = lines({"on-loan": (300.0,)}, outflow_shares=None)["on-loan"]
    assert (row["signed_shares"], row["unknown_reason"]) == (None, "outflow unknown")


def test_active_money_is_that_of_its_own_frame() -> None:
    active = pl.DataFrame(
        [("all", "A", 100.0), ("all", "A", 50.0), ("all", "A", None), ("msci", "A", 7.0)],
        schema={"scenario_id": pl.String, "security_id": pl.String, "central_usd": pl.Float64},
        orient="row",
    )
    found = signed_lines(pl.DataFrame([ROW]), {}, active).filter(line="active")
    assert found["signed_usd"].to_list() == [150.0]


def test_where_trackers_buy_shorts_add_and_nothing_is_recalled() -> None:
    given = {"short-interest": (1_500.0,), "on-loan": (300.0,), "convert-hedge": (9.0,),
             "leveraged": (2.0, 1e6)}  # fmt: skip
    found = lines(given, outflow_shares=-1_000.0, square_root_impact_central_bps=-500.0)
    assert (found["short-interest"]["side"], found["short-interest"]["signed_shares"]) == (
        "adds", -1_500.0)  # fmt: skip
    # twice the assets, a rise of 5 %: they buy with the trackers
    assert found["leveraged"]["signed_usd"] == pytest.approx(-1e5)
    for name in ("on-loan", "convert-hedge"):
        assert found[name]["signed_shares"] is None
        assert found[name]["unknown_reason"].startswith("trackers buy")
