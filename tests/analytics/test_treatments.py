from __future__ import annotations

import tomllib
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paths import WORKED

from flowrisk.analytics.replacement import (
    BENCHMARK_AWARE_RATIOS,
    UNALLOCATED,
    active_outflow_usd,
    capped_weights,
    index_replacement,
    replacement_changes,
)
from flowrisk.analytics.tranches import Tranche
from flowrisk.analytics.treatments import foregone_sums, freeze, reweight_tranches
from flowrisk.errors import QuestionError

ANSWERS: dict[str, Any] = tomllib.loads((WORKED / "treatments.toml").read_text(encoding="utf-8"))


def members_that_change(tracking_ratio: float, factor: float, shares: list[float]) -> pl.DataFrame:
    """One reweighting provider whose trackers hold their ratio of what the index counts."""
    held = [tracking_ratio * factor * each for each in shares]
    return pl.DataFrame(
        [
            {"scenario_id": "msci", "provider_id": "msci", "security_id": f"m{n}",
             "ticker": f"M{n}", "treatment": "reweight", "deletion_outflow_shares": each,
             "close_usd": None}
            for n, each in enumerate(held)
        ]
    )  # fmt: skip


def factor_steps(n: int, *factors: float) -> list[Tranche]:
    return [
        Tranche(f"m{n}", "factor", before, after, date(2024, 1, day))
        for day, (before, after) in enumerate(pairwise(factors), 1)
    ]


def review(**changes: Any) -> dict[str, Any]:
    return {
        "scenario_id": "msci",
        "security_id": "a",
        "tracking_ratio": 0.056,
        "new_shares": 20e6,
        "inclusion_factor": 1.0,
        "close_usd": 160.0,
        "is_count_review": True,
    } | changes


def members_of(weights: list[float | None], leaving_count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "security_id": [f"m{n}" for n in range(len(weights))],
            "weight_ratio": weights,
            "is_leaving": [n < leaving_count for n in range(len(weights))],
        }
    )


def bought(frame: pl.DataFrame) -> dict[str, float | None]:
    return dict(frame.select("security_id", "bought_usd").iter_rows())


def test_freeze_dilutes_the_ratio_and_defers_the_purchase() -> None:
    answer = ANSWERS["freeze"]
    inputs = ("tracking_ratio", "counted_shares", "actual_shares")
    row = freeze(pl.DataFrame([{"inclusion_factor": 1.0} | {k: answer[k] for k in inputs}]))
    for column in ("effective_tracking_ratio", "catch_up_shares", "deletion_outflow_shares"):
        assert row[column][0] == pytest.approx(answer[column])


def test_freeze_counts_the_inclusion_factor_and_no_negative_catch_up() -> None:
    row = freeze(
        pl.DataFrame(
            {
                "tracking_ratio": [0.05],
                "inclusion_factor": [0.5],
                "counted_shares": [200e6],
                "actual_shares": [160e6],
            }
        )
    ).row(0, named=True)
    assert row["deletion_outflow_shares"] == pytest.approx(5e6)
    assert row["catch_up_shares"] == 0.0


@pytest.mark.parametrize("answer", ANSWERS["foregone"], ids=["msci", "every provider"])
def test_foregone_demand_by_hand(answer: dict[str, float]) -> None:
    inputs = {k: answer[k] for k in ("tracking_ratio", "new_shares", "close_usd")}
    found = foregone_sums(pl.DataFrame([review(**inputs)]))
    assert found["foregone_demand_usd"][0] == pytest.approx(answer["foregone_demand_usd"])


def test_reviews_that_raise_no_count_forego_nothing() -> None:
    reviews = [
        review(close_usd=100.0),
        review(is_count_review=False, tracking_ratio=None, close_usd=1e6),
        review(new_shares=-5e6),
    ]
    found = foregone_sums(pl.DataFrame(reviews))
    assert found["foregone_shares"].to_list() == pytest.approx([1.12e6])
    assert found["foregone_demand_usd"].to_list() == pytest.approx([112e6])


def test_one_unknown_review_makes_the_sum_unknown() -> None:
    reviews = [review(), review(close_usd=None), review(security_id="b")]
    found = foregone_sums(pl.DataFrame(reviews))
    assert found["foregone_demand_usd"].to_list() == [None, pytest.approx(179.2e6)]
    assert found["foregone_shares"].to_list() == pytest.approx([2.24e6, 1.12e6])


def test_tracking_ratio_of_one_tranche_forecasts_the_next() -> None:
    answer = ANSWERS["hdfc"]
    first, second = answer["steps"]
    ratio = answer["first_traded_shares"] / (answer["shares"] * first)
    assert ratio == pytest.approx(answer["tracking_ratio"], abs=5e-6)
    members = members_that_change(ratio, 0.37, [answer["shares"]])
    found = reweight_tranches(members, factor_steps(0, 0.37, 0.37 + first, 0.37 + first + second))
    traded = [answer["first_traded_shares"], answer["second_traded_shares"]]
    assert found["traded_shares"].to_list() == pytest.approx(traded, abs=500)
    assert found["outflow_shares"].to_list() == pytest.approx([-each for each in traded], abs=500)


def test_cuts_of_the_inclusion_factor_sell() -> None:
    answer = ANSWERS["adani"]
    closes_usd = pl.Series("close_usd", answer["closes_rupees"]) / answer["rupees_per_usd"]
    members = members_that_change(answer["tracking_ratio"], 0.5, answer["shares"])
    steps = [
        step for n, cut in enumerate(answer["cuts"]) for step in factor_steps(n, 0.5, 0.5 - cut)
    ]
    sold_usd = reweight_tranches(members.with_columns(closes_usd), steps)["outflow_usd"].sum()
    assert sold_usd == pytest.approx(answer["outflow_usd"], abs=0.05e6)


def test_only_uncapped_names_buy_in_a_capped_index() -> None:
    answer = ANSWERS["capped"]
    base = {str(n): weight for n, weight in enumerate(answer["base"])}
    assert list(capped_weights(base, answer["cap_ratio"]).values()) == pytest.approx(
        answer["before"]
    )
    changes = replacement_changes(base, [str(answer["leaving"])], answer["cap_ratio"])
    assert list(changes.values()) == pytest.approx(answer["changes"], abs=5e-7)


@given(st.lists(st.floats(0.01, 100), min_size=5, max_size=12), st.floats(0.2, 1.0))
def test_capped_weights_sum_to_one_and_obey_the_cap(base: list[float], cap: float) -> None:
    weights = capped_weights({str(n): weight for n, weight in enumerate(base)}, cap)
    assert sum(weights.values()) == pytest.approx(1)
    assert max(weights.values()) <= cap + 1e-9


@pytest.mark.parametrize(
    ("base", "cap"), [({"a": 1.0, "b": 1.0}, 0.4), ({"a": 0.0}, None), ({}, 1.0)]
)
def test_members_that_cannot_fill_the_cap_are_refused(
    base: dict[str, float], cap: float | None
) -> None:
    with pytest.raises(QuestionError, match="cannot form an index"):
        capped_weights(base, cap)


def test_a_leaver_that_is_no_member_is_refused_with_the_nearest() -> None:
    with pytest.raises(QuestionError, match="MSTR1") as refusal:
        replacement_changes({"MSTR": 0.5, "MARA": 0.5}, ["MSTR1"])
    assert refusal.value.facts["nearest"] == "MSTR"


def test_proceeds_buy_the_remaining_members_pro_rata() -> None:
    answer = ANSWERS["replacement"]
    leaver, member = answer["leaver_ratio"], answer["member_ratio"]
    members = members_of([leaver, member, 1 - leaver - member], 1)
    found = index_replacement(members, outflow_usd=answer["outflow_usd"])
    assert bought(found)["m1"] == pytest.approx(answer["bought_usd"], abs=5e3)
    assert found["bought_usd"].sum() == pytest.approx(answer["outflow_usd"])


def test_joint_leavers_are_all_in_the_denominator() -> None:
    answer = ANSWERS["joint"]
    members = members_of([*answer["leaver_ratios"], *answer["member_ratios"]], 2)
    found = index_replacement(members, outflow_usd=answer["outflow_usd"])
    assert found["bought_usd"].to_list() == pytest.approx(answer["bought_usd"], abs=1e-6)


@pytest.mark.parametrize("prefix", ["", "large_"])
def test_the_entrant_of_a_fixed_count_buys_its_own_weight(prefix: str) -> None:
    answer = ANSWERS["fixed_count"]
    member = answer["member_ratio"]
    found = index_replacement(
        members_of([answer["leaver_ratio"], member, member], 1),
        outflow_usd=answer["outflow_usd"],
        is_member_count_fixed=True,
        entrant=("new", answer[f"{prefix}entrant_ratio"]),
    )
    assert bought(found)["new"] == pytest.approx(answer[f"{prefix}entrant_bought_usd"])
    assert bought(found)["m1"] == pytest.approx(answer[f"{prefix}member_bought_usd"])
    assert found["bought_usd"].sum() == pytest.approx(answer["outflow_usd"])


def test_an_unknown_entrant_leaves_the_purchase_unallocated() -> None:
    found = index_replacement(
        members_of([0.06, 0.47, 0.47], 1), outflow_usd=60.0, is_member_count_fixed=True
    )
    assert bought(found) == {"m1": None, "m2": None, UNALLOCATED: 60.0}
    assert set(found["reason"]) == {"the entrant of a fixed-count index is not known"}


@pytest.mark.parametrize(
    ("weights", "leaving"), [([0.5, 0.5], 0), ([0.5, 0.5], 2), ([None, 0.5], 1)]
)
def test_leavers_of_no_full_or_unknown_weight_are_refused(
    weights: list[float | None], leaving: int
) -> None:
    with pytest.raises(QuestionError, match="members that leave"):
        index_replacement(members_of(weights, leaving), outflow_usd=1.0)


def test_a_free_count_takes_no_entrant() -> None:
    with pytest.raises(QuestionError, match="no such entrant"):
        index_replacement(members_of([0.1, 0.9], 1), outflow_usd=1.0, entrant=("new", 0.1))


def test_active_money_follows_in_part() -> None:
    frame = pl.DataFrame({"active_aum_usd": [100e9, None], "weight_ratio": [0.004, 0.004]})
    lines = [frame.select(active_outflow_usd(b)).to_series()[0] for b in BENCHMARK_AWARE_RATIOS]
    assert lines == pytest.approx([0.0, 60e6, 200e6])
    assert frame.select(active_outflow_usd(0.15)).to_series()[1] is None


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_active_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(QuestionError, match="active money"):
        active_outflow_usd(share)
