from __future__ import annotations

import tomllib
from typing import Any

import polars as pl
import pytest
from paths import WORKED

from flowrisk.analytics.execution import decayed_bps
from flowrisk.analytics.impact import (
    almgren_permanent_bps,
    almgren_realised_bps,
    days_to_sell,
    elasticity_bps,
    impact_bounds,
    impact_models,
    participation_ladder,
    square_root_bps,
)
from flowrisk.errors import QuestionError

ANSWERS: dict[str, Any] = tomllib.loads((WORKED / "impact.toml").read_text(encoding="utf-8"))
INPUTS = {
    "scenario_id": "msci",
    "security_id": "a",
    "outflow_shares": 15e6,
    "adv_shares": 12e6,
    "daily_volatility_ratio": 0.045,
    "float_shares": 250e6,
    "shares_outstanding": 300e6,
}


def frame_of(**changes: Any) -> pl.DataFrame:
    return pl.DataFrame([INPUTS | changes], schema_overrides=dict.fromkeys(list(INPUTS)[2:], float))


def model_of(name: str, **changes: Any) -> dict[str, Any]:
    return impact_models(frame_of(**changes)).row(by_predicate=pl.col("model") == name, named=True)


def almgren_frame(multiple: float) -> pl.DataFrame:
    answer = ANSWERS["almgren"]
    return frame_of(
        outflow_shares=multiple * 1e6,
        adv_shares=1e6,
        daily_volatility_ratio=answer["daily_volatility_ratio"],
        shares_outstanding=answer["shares_outstanding_days"] * 1e6,
    )


def test_days_to_sell_with_and_without_own_volume() -> None:
    answer = ANSWERS["days_to_sell"]
    pace = answer["participation_ratio"]
    found = frame_of(
        outflow_shares=answer["outflow_shares"], adv_shares=answer["adv_shares"]
    ).select(days_to_sell(pace), inside=days_to_sell(pace, is_own_volume_inside=True))
    assert found["days_to_sell"][0] == pytest.approx(answer["days_to_sell"])
    assert found["inside"][0] == pytest.approx(answer["own_inside_days_to_sell"])


def test_ladder_shows_ten_twenty_and_thirty_percent_row_by_row() -> None:
    answer = ANSWERS["days_to_sell"]
    frame = pl.concat([frame_of(), frame_of(security_id="b", adv_shares=None)])
    ladder = participation_ladder(frame)
    assert ladder["security_id"].to_list() == ["a"] * 3 + ["b"] * 3
    known = ladder.filter(pl.col("security_id") == "a")
    assert known["participation_ratio"].to_list() == [0.1, 0.2, 0.3]
    assert known["days_to_sell"].to_list() == pytest.approx(answer["ladder"])
    assert known["own_inside_days_to_sell"].to_list() == pytest.approx(answer["own_inside_ladder"])
    assert ladder.filter(pl.col("security_id") == "b")["days_to_sell"].to_list() == [None] * 3


@pytest.mark.parametrize("pace", [0.0, -0.1, 1.01, float("nan")])
def test_participation_outside_its_range_is_refused(pace: float) -> None:
    with pytest.raises(QuestionError, match="Participation"):
        days_to_sell(pace)


def test_nobody_is_the_whole_of_a_volume_that_others_add_to() -> None:
    with pytest.raises(QuestionError, match="Participation"):
        days_to_sell(1.0, is_own_volume_inside=True)


@pytest.mark.parametrize("volume", [0.0, None, float("nan"), -1.0])
def test_days_are_null_without_a_usable_volume(volume: float | None) -> None:
    assert frame_of(adv_shares=volume).select(days_to_sell(0.2)).item() is None


def test_square_root_law_in_its_band() -> None:
    answer = ANSWERS["square_root"]
    row = model_of("square_root")
    for bound in ("low_bps", "central_bps", "high_bps"):
        assert row[bound] == pytest.approx(answer[bound], abs=0.06)
    assert row["reason"].startswith("extrapolated: measured on orders below a day's volume")


@pytest.mark.parametrize(("multiple", "said"), [(1.0, None), (3.34, "this is 3.34 of it")])
def test_the_square_root_law_says_beyond_which_orders_it_goes(
    multiple: float, said: str | None
) -> None:
    row = model_of("square_root", outflow_shares=multiple * 12e6)
    assert row["central_bps"] == pytest.approx(0.75 * 450 * multiple**0.5)
    assert row["reason"] is None if said is None else row["reason"].endswith(said)
    unknown = model_of("square_root", outflow_shares=40e6, adv_shares=None)
    assert unknown["reason"] == "unknown: adv_shares"


def test_square_root_exponent_bends_the_law() -> None:
    quarter = frame_of(outflow_shares=4 * 12e6).select(square_root_bps(1.0, exponent=1.0)).item()
    assert quarter == pytest.approx(4 * 450.0)


def test_almgren_permanent_and_realised_impact() -> None:
    answer = ANSWERS["almgren"]
    frame = almgren_frame(answer["adv_multiple_days"])
    assert frame.select(almgren_permanent_bps()).item() == pytest.approx(
        answer["permanent_bps"], abs=0.005
    )
    for duration, expected in answer["realised_bps"].items():
        found = frame.select(almgren_realised_bps(pl.lit(float(duration)))).item()
        assert found == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("name", ["almgren_permanent", "almgren_realised"])
def test_almgren_is_null_with_the_reason_outside_its_range(name: str) -> None:
    row = model_of(name)
    assert row["central_bps"] is None
    assert row["reason"] == "X/V 1.25 is outside the fitted range, up to 0.25"


def test_almgren_still_speaks_at_the_edge_of_its_range() -> None:
    models = impact_models(almgren_frame(0.25)).filter(pl.col("model") == "almgren_permanent")
    assert models["central_bps"][0] == pytest.approx(19.8526 * 2.5, abs=0.01)
    assert models["reason"][0] is None


def test_almgren_is_as_wide_as_its_published_standard_errors() -> None:
    """By hand at X/V = .1 over .2 days: 19.85 = .314 x 63.22 and 63.22 x (.273, .355); half of
    each and (.1358, .142, .1482) x 103.58."""
    answer = ANSWERS["almgren"]
    models = impact_models(almgren_frame(0.1), participation_ratio=0.5)
    for name, bounds in answer["bands_bps"].items():
        row = models.row(by_predicate=pl.col("model") == name, named=True)
        found = [row["low_bps"], row["central_bps"], row["high_bps"]]
        assert found == pytest.approx(bounds, abs=0.01)
        assert row["reason"] is None


def test_almgren_realised_uses_the_duration_of_the_participation() -> None:
    frame = almgren_frame(0.1)
    models = impact_models(frame, participation_ratio=0.5)
    found = models.row(by_predicate=pl.col("model") == "almgren_realised", named=True)
    assert found["central_bps"] == pytest.approx(
        frame.select(almgren_realised_bps(pl.lit(0.2))).item()
    )
    assert found["central_bps"] == pytest.approx(24.63, abs=0.005)


def test_elasticity_by_hand_and_in_its_band() -> None:
    answer = ANSWERS["elasticity"]
    floating = 15e6 / answer["outflow_of_float_ratio"]
    for elasticity, expected in answer["impact_bps"].items():
        found = frame_of(float_shares=floating).select(elasticity_bps(float(elasticity))).item()
        assert found == pytest.approx(expected, abs=0.005)
    row = model_of("elasticity", float_shares=floating)
    for bound in ("low_bps", "central_bps", "high_bps"):
        assert row[bound] == pytest.approx(answer[bound], abs=0.005)


def test_elasticity_refuses_an_outflow_above_the_float() -> None:
    row = model_of("elasticity", float_shares=14e6)
    assert (row["low_bps"], row["reason"]) == (None, "outflow above the float")


def test_a_fall_of_more_than_the_price_is_null_and_said() -> None:
    row = model_of("elasticity", float_shares=30e6)
    assert row["central_bps"] == pytest.approx(5000)
    assert row["high_bps"] is None
    assert row["reason"] == "a bound passes 10,000 bps, more than the price"


def test_event_studies_are_a_prior_that_ignores_size() -> None:
    small, large = model_of("event_study", outflow_shares=1.0), model_of("event_study")
    for bound, expected in ANSWERS["event_study"].items():
        assert small[bound] == large[bound] == expected
    assert model_of("event_study", outflow_shares=0.0)["central_bps"] is None


def test_unknown_inputs_are_named_and_never_zero() -> None:
    row = model_of("square_root", adv_shares=None, daily_volatility_ratio=float("nan"))
    assert row["reason"] == "unknown: adv_shares, daily_volatility_ratio"
    assert (row["low_bps"], row["central_bps"], row["high_bps"]) == (None, None, None)


def test_no_outflow_moves_no_price() -> None:
    models = impact_models(frame_of(outflow_shares=0.0)).filter(pl.col("model") != "event_study")
    assert models["central_bps"].to_list() == [0.0] * 4


def test_models_stand_side_by_side_in_order_and_keep_the_rows() -> None:
    models = impact_models(pl.concat([frame_of(), frame_of(security_id="b", float_shares=None)]))
    names = ["square_root", "almgren_permanent", "almgren_realised", "elasticity", "event_study"]
    assert models["model"].to_list() == names * 2
    assert models["security_id"].to_list() == ["a"] * 5 + ["b"] * 5
    assert models.columns == [
        *("scenario_id", "security_id", "model"),
        *("low_bps", "central_bps", "high_bps", "reason"),
    ]


def test_a_missing_column_is_not_an_unknown_input() -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError, match="float_shares"):
        impact_models(frame_of().drop("float_shares"))


def test_decay_path_falls_to_the_permanent_part() -> None:
    answer = ANSWERS["decay"]
    path = pl.DataFrame({"days": answer["days_after"]}).select(
        decayed_bps(
            pl.lit(answer["peak_bps"]),
            pl.col("days"),
            permanent_ratio=answer["permanent_ratio"],
            decay_days=answer["decay_days"],
        )
    )
    assert path.to_series().to_list() == pytest.approx(answer["impact_bps"], abs=0.05)


@pytest.mark.parametrize(("permanent", "days"), [(1.1, 10.0), (-0.1, 10.0), (0.5, 0.0)])
def test_decay_outside_its_range_is_refused(permanent: float, days: float) -> None:
    with pytest.raises(QuestionError, match="decay"):
        decayed_bps(pl.lit(1.0), pl.lit(1.0), permanent_ratio=permanent, decay_days=days)


def _sessions(*multiples: float | None, adv: float | None = 1.0) -> pl.DataFrame:
    rows = [("all", "A", multiple, adv, 0.03918, False) for multiple in multiples]
    schema = {"scenario_id": pl.String, "security_id": pl.String, "outflow_shares": pl.Float64,
              "adv_shares": pl.Float64, "daily_volatility_ratio": pl.Float64,
              "is_at_least": pl.Boolean}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_the_bounds_of_four_dates_by_hand() -> None:
    """Audit: 0.75 x 3.918 % x root(3.34) = 5.4 % as one order, and 10.7 % over .95, .79, 1.06 and
    .54 average days, where nothing of one date has faded at the next."""
    (row,) = impact_bounds(_sessions(0.95, 0.79, 1.06, 0.54)).rows(named=True)
    assert row["sessions_count"] == 4
    assert row["one_order_bps"] == pytest.approx(537, abs=1)
    assert row["per_session_bps"] == pytest.approx(1_066, abs=5)
    assert row["reason"] is None
    assert row["caution"].endswith("orders below a day's volume, this is 3.34 of it")
    (inside,) = impact_bounds(_sessions(0.95)).rows(named=True)
    assert inside["caution"] is None
    (single,) = impact_bounds(_sessions(1.063)).rows(named=True)
    assert single["one_order_bps"] == single["per_session_bps"]


def test_no_volume_or_a_fall_beyond_the_price_has_no_bounds() -> None:
    (row,) = impact_bounds(_sessions(0.95, adv=None)).rows(named=True)
    assert (row["one_order_bps"], row["per_session_bps"]) == (None, None)
    assert row["reason"] == "adv_shares is unknown or not above 0"
    (row,) = impact_bounds(_sessions(1e6)).rows(named=True)
    assert (row["one_order_bps"], row["per_session_bps"]) == (None, None)
    assert "more than the price" in row["reason"]
    assert row["caution"] is None
    (row,) = impact_bounds(_sessions(0.95, None)).rows(named=True)
    assert (row["is_at_least"], row["sessions_count"]) == (True, 1)
    assert row["one_order_bps"] == row["per_session_bps"] == pytest.approx(286.4, abs=0.1)
    (row,) = impact_bounds(_sessions(None, None)).rows(named=True)
    assert (row["one_order_bps"], row["per_session_bps"]) == (None, None)
    assert row["reason"] == "outflow_shares is unknown or not above 0"


def test_sales_and_purchases_on_different_sessions_have_no_bounds_of_one_direction() -> None:
    (row,) = impact_bounds(_sessions(0.95, -0.2)).rows(named=True)
    assert (row["one_order_bps"], row["per_session_bps"]) == (None, None)
    assert row["reason"] == "some sessions sell and others buy"
    (bought,) = impact_bounds(_sessions(-0.95, -0.79)).rows(named=True)
    assert bought["reason"] is None
