"""Freeze and reweight through the whole question, against numbers worked by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from rows import SECURITY

from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from flowrisk.api import Dataset

JANUARY = {"as_of": "2026-02-27", "treatment": "msci=freeze"}


def _row(frame: pl.DataFrame, **wanted: object) -> dict[str, Any]:
    (row,) = frame.filter(**wanted).rows(named=True)
    return row


def _decision(event: str, on: date, treatment: str = "none") -> dict[str, Any]:
    return {"decision_id": f"{event}-{on}", "provider_id": "msci", "event": event,
            "happens_on": on, "treatment": treatment}  # fmt: skip


def _worked(make: Callable[..., Dataset], ratio: float = 0.056, **tables: Any) -> Dataset:
    """φ 5.6 %, 280 m shares, 20 m new ones at 160 dollars at the review after the freeze."""
    days = [date(2025, 11, 20), date(2026, 5, 29)]
    return make(**{
        "decisions": [_decision("effective", date(2025, 11, 24)),
                      _decision("decision", date(2026, 1, 6), "freeze"),
                      _decision("effective", date(2026, 5, 29))],
        "share_counts": [{"security_id": SECURITY, "as_of_on": on, "shares": shares}
                         for on, shares in [(date(2025, 9, 30), 280e6), (date(2026, 5, 1), 300e6)]],
        "prices": [{"security_id": SECURITY, "priced_on": on, "close_usd": 160.0,
                    "volume_shares": 12e6} for on in days],
        "tracking_ratios": [{"provider_id": "msci", "applies_to_id": SECURITY,
                             "applies_to": "security", "tracking_ratio": ratio,
                             "denominator": "shares_outstanding", "basis": "reported"}],
        **tables,
    })  # fmt: skip


FREEZE = {"providers": "msci", "as_of": "2026-05-29", "treatment": "freeze"}


@pytest.mark.parametrize(("ratio", "foregone"), [(0.056, 179.2e6), (0.18, 576e6)])
def test_the_foregone_demand_is_as_worked(
    make_dataset: Callable[..., Dataset], ratio: float, foregone: float
) -> None:
    found = _worked(make_dataset, ratio).scenario(**FREEZE)
    assert _row(found.foregone_demand)["foregone_demand_usd"] == pytest.approx(foregone)
    assert _row(found.freeze_effects)["foregone_demand_usd"] == pytest.approx(foregone)
    assert found.outflows["outflow_usd"].to_list() == [0.0]


def test_dilution_catch_up_and_later_deletion_are_as_worked(
    make_dataset: Callable[..., Dataset],
) -> None:
    # 270 -> 300 m: 5.04 %, 1.68 m bought on unfreezing, 15.12 m sold on deletion (not 16.8)
    counts = [
        {"security_id": SECURITY, "as_of_on": on, "shares": shares}
        for on, shares in [(date(2025, 9, 30), 270e6), (date(2026, 5, 1), 300e6)]
    ]
    row = _row(_worked(make_dataset, share_counts=counts).scenario(**FREEZE).freeze_effects)
    assert row["effective_tracking_ratio"] == pytest.approx(0.0504)
    assert row["catch_up_shares"] == pytest.approx(1.68e6)
    assert row["deletion_outflow_shares"] == pytest.approx(15.12e6)
    assert row["deletion_outflow_usd"] == pytest.approx(15.12e6 * 160)


def test_msci_s_decision_of_january_2026_over_the_sample(sample: Dataset) -> None:
    found = sample.scenario(**JANUARY)
    row = _row(found.freeze_effects, scenario_id="msci", ticker="MSTR")
    # 6.057 % x 261.0 / 314.112 m; x 53.112 m; x 261.0 m; the February review changed no counts
    assert row["frozen_from_on"] == date(2026, 1, 6)
    assert (row["counted_shares"], row["actual_shares"]) == (261_000_000, 314_112_458)
    assert row["effective_tracking_ratio"] == pytest.approx(0.050328, abs=1e-6)
    assert row["catch_up_shares"] == pytest.approx(3_217_022, abs=1)
    assert row["deletion_outflow_shares"] == pytest.approx(15_808_770, abs=1)
    assert row["foregone_demand_usd"] == 0.0
    outflows = {
        row["scenario_id"]: row["outflow_shares"]
        for row in found.outflows.filter(ticker="MSTR").rows(named=True)
    }
    # the other four exclude: 12.665 % of 314.112 m
    assert outflows["msci"] == 0.0
    assert outflows["all"] == pytest.approx(39_782_343, abs=1)


def test_a_review_without_a_day_makes_foregone_demand_unknown_not_zero(sample: Dataset) -> None:
    # the sample has no day for MSCI's review of May 2026: 6.057 % of 53 m shares may be due there
    found = sample.scenario(providers="msci", as_of="2026-10-01", treatment="freeze")
    row = _row(found.freeze_effects, scenario_id="msci", ticker="MSTR")
    assert (row["foregone_shares"], row["foregone_demand_usd"]) == (None, None)
    assert row["foregone_unknown_reason"] == "a review since the freeze has no day in the data"
    assert row["deletion_outflow_shares"] == pytest.approx(15_808_770, abs=1)
    said = found.render("table").decode()
    assert "foregone unknown: MSTR (a review since the freeze has no day in the data)" in said
    page = found.render("html").decode()
    assert "a review since the freeze whose day is not in the data: unknown" in page


def test_the_preset_is_that_question(sample: Dataset) -> None:
    named, spelt = sample.scenario(preset="january-2026"), sample.scenario(**JANUARY)
    assert named.outflows.equals(spelt.outflows)
    assert named.answer.assumptions["treatment"].set_by == "preset january-2026"
    assert str(sample.scenario(preset="january-2026", as_of="2026-01-15").answer.as_of_on) == (
        "2026-01-15"
    )


def test_what_is_unknown_about_a_freeze_is_null_with_a_reason(sample: Dataset) -> None:
    row = _row(sample.scenario(**JANUARY).freeze_effects, scenario_id="msci", ticker="MARA")
    assert row["catch_up_usd"] is None
    assert row["unknown_reason"] == "no share counts over time in the data"


def test_frozen_funds_are_named_and_sell_nothing(sample: Dataset) -> None:
    found = sample.scenario(providers="msci", securities="MSTR", **JANUARY)
    assert found.fund_outflows["held_shares"].sum() > 600_000
    assert found.fund_outflows["observed_outflow_shares"].sum() == 0
    assert found.index_outflows["observed_outflow_usd"].sum() == 0


def test_nothing_of_a_freeze_is_in_an_answer_where_all_exclude(sample: Dataset) -> None:
    found = sample.scenario(providers="msci", securities="MSTR")
    assert {"foregone_demand", "freeze_effects"}.isdisjoint(found.answer.marts)


def test_a_freeze_without_share_counts_is_refused(make_dataset: Callable[..., Dataset]) -> None:
    with pytest.raises(DataError, match="share counts over time"):
        _worked(make_dataset, share_counts=None).scenario(**FREEZE)


def test_a_reweight_sells_by_step_and_the_steps_are_the_outflow(sample: Dataset) -> None:
    steps = "MSTR.factor=1:0.5@2026-02-27,MSTR.factor=0.5:0.25@2026-05-29"
    found = sample.scenario(
        providers="msci", securities="MSTR", treatment="msci=reweight", reweight=steps
    )
    # three quarters of 15,808,770 shares
    assert found.reweight_tranches["outflow_shares"].to_list() == pytest.approx(
        [7_904_385.0, 3_952_192.5]
    )
    assert found.outflows["outflow_shares"][0] == pytest.approx(11_856_577.5)
    assert found.reweight_tranches["outflow_usd"].sum() == pytest.approx(
        found.outflows["outflow_usd"][0]
    )


def test_a_reweight_of_all_that_is_left_is_the_exclusion(sample: Dataset) -> None:
    asked = {"providers": "msci", "securities": "MSTR"}
    gone = sample.scenario(
        **asked, treatment="reweight", reweight="MSTR.factor=1:0@2026-02-27"
    ).outflows
    assert gone["outflow_usd"][0] == pytest.approx(
        sample.scenario(**asked).outflows["outflow_usd"][0]
    )


@pytest.mark.parametrize(
    "question",
    [{"treatment": "freezing"}, {"treatment": "mcsi=freeze"},
     {"treatment": "msci=freeze,msci=exclude"},
     {"treatment": "nasdaq=freeze", "providers": "msci"}, {"treatment": "msci=reweight"},
     {"reweight": "MSTR.factor=1:0.5@2026-02-27"},
     {"treatment": "reweight", "reweight": "XXXX.factor=1:0.5@2026-02-27"},
     {"preset": "january"}],
)  # fmt: skip
def test_treatments_that_cannot_be_are_refused(sample: Dataset, question: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        sample.scenario(**question)
