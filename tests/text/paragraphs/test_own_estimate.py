"""The own estimate in words: beside every outflow, first where it disagrees, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from flowrisk.text import explain, formatting, scenario, sentences
from flowrisk.text.paragraphs import own_estimate

if TYPE_CHECKING:
    from flowrisk.api import Dataset, ScenarioResult


def row_of(result: ScenarioResult, ticker: str, scenario_id: str) -> dict[str, Any]:
    (row,) = result.outflows.filter(ticker=ticker, scenario_id=scenario_id).rows(named=True)
    return row


def test_an_estimate_shows_its_ends_on_its_own_scale(sample_result: ScenarioResult) -> None:
    # 14.663, 8.887 and 21.977 m shares at 177.13: the sum worked by hand in docs/method.md
    assert own_estimate.shown(row_of(sample_result, "MSTR", "msci")) == "$2.60bn (1.57–3.89)"
    # two pools have no known size
    assert own_estimate.shown(row_of(sample_result, "MSTR", "all")) == "≥ $7.89bn (6.37–9.98)"


@pytest.mark.parametrize(
    ("central", "low", "high", "expected"),
    [(2.6e9, 1.57e9, 3.89e9, "$2.60bn (1.57–3.89)"), (97.94e6, 75.97e6, 155.53e6,
     "$97.94m (75.97–156)"), (164e3, 119e3, 3.658e6, "$164k (119–3,658)"),
     (5e6, 5e6, 5e6, "$5.00m"), (0.0, 0.0, 2.8e6, "$0 (0–2.80m)")],
)  # fmt: skip
def test_ranged(central: float, low: float, high: float, expected: str) -> None:
    assert formatting.ranged(central, low, high, unit="$") == expected


def test_where_there_is_no_estimate_there_is_no_figure(sample_result: ScenarioResult) -> None:
    row = row_of(sample_result, "SBET", "msci")
    assert row["model_bound"] == "unknown"
    for end in ("low", "central", "high"):
        # least() passes over nulls: the float of 196.7 m shares once stood here
        assert row[f"model_{end}_shares"] is None
        assert row[f"model_{end}_usd"] is None
    assert own_estimate.shown(row) == "n/a"
    # a weight printed as 0.00 % leads to nothing found, which is not nothing held
    assert row_of(sample_result, "3350", "msci")["model_central_shares"] == 0
    assert own_estimate.shown(row_of(sample_result, "3350", "msci")) == "n/a"


def test_the_basket_of_estimates_holds_no_float(sample_result: ScenarioResult) -> None:
    (basket,) = sample_result.scenario_totals.filter(scenario_id="msci").rows(named=True)
    # 2,597.28 + 97.94 + 122.77 of Strategy, MARA and Riot; Metaplanet and SharpLink unknown
    assert basket["model_central_usd"] / 1e6 == pytest.approx(2_817.98, abs=0.01)
    assert basket["model_bound"] == "at_least"


def test_a_figure_outside_the_range_is_the_first_sentence(sample: Dataset) -> None:
    # S&P DJI: 5.871 m shares set for illustration, our low end 7.4 m
    result = sample.scenario(providers="sp-dji", securities="MSTR")
    said = (
        "Strategy, sp-dji: the calibrated $1.04bn lies below the range of our own estimate, "
        "which is incomplete, ≥ $1.65bn (1.31–2.07)"
    )
    assert scenario.table(result.answer).splitlines()[0] == said
    assert sentences.subject(result.answer).first["bound"] == "calibrated"
    assert result.render("memo").decode().startswith("# Strategy, S&P Dow Jones Indices: the cali")
    told = sample.explain("MSTR", provider="sp-dji").answer
    assert explain.table(told).startswith("MSTR, sp-dji: the calibrated $1.04bn lies below")


def test_inside_the_range_nothing_is_said_first(sample_result: ScenarioResult) -> None:
    assert own_estimate.disagreements(sample_result.answer) == []
    assert scenario.table(sample_result.answer).startswith("As of 2025-11-20")


def test_a_lower_bound_disagrees_with_nothing_above_it(sample: Dataset) -> None:
    result = sample.scenario(providers="msci", securities="MSTR", method="observed")
    assert own_estimate.disagreements(result.answer) == []


def test_cards_set_both_figures_side_by_side(sample_result: ScenarioResult) -> None:
    row = row_of(sample_result, "MSTR", "msci")
    assert sentences.beside(sample_result.answer, row) == (
        "$2.80bn calibrated to JPMorgan · own estimate $2.60bn (1.57–3.89)"
    )
    assert sentences.beside(sample_result.answer, row_of(sample_result, "MARA", "msci")) == (
        "own estimate $97.94m (75.97–156)"
    )


def test_levels_add_up_and_the_cross_check_stays_beside_them(
    sample_result: ScenarioResult,
) -> None:
    parts = sample_result.estimate_components.filter(scenario_id="all", ticker="MSTR")
    levels = own_estimate.levels(parts.rows(named=True))
    assert [level.level_id for level in levels] == ["L0", "L1", "L2", "L3"]
    total = sum(level.total("central_usd") or 0.0 for level in levels)
    assert total == pytest.approx(row_of(sample_result, "MSTR", "all")["model_central_usd"])
    check = own_estimate.crosscheck(parts.rows(named=True))
    assert check is not None
    # what seven managers filed, x 0.9
    assert check["central_usd"] / 1e9 == pytest.approx(7.026, abs=1e-3)


def test_what_holds_for_members_only_is_in_no_sum(sample_result: ScenarioResult) -> None:
    parts = sample_result.estimate_components.filter(scenario_id="msci", ticker="SMLR")
    rows = parts.rows(named=True)
    assert own_estimate.levels(rows) == []
    assert own_estimate.conditional(rows) == [
        "if a member of the indices of msci: $1.03m (0.17–4.27) (in no sum)"
    ]
    assert row_of(sample_result, "SMLR", "msci")["model_central_usd"] is None
