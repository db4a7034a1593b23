"""The page says what really happens to a company: deleted, frozen, reweighted, or some of each."""

import re
from typing import Any

import polars as pl
import pytest
from pages import cards_of, section, with_marts, words

import flowrisk
from flowrisk.domain import ScenarioAnswer
from flowrisk.report.page import scenario_page
from flowrisk.text import sentences

FREEZE = {"providers": "msci", "treatment": "freeze", "as_of": "2026-02-27"}


def asked(**question: Any) -> ScenarioAnswer:
    return flowrisk.open_dataset().scenario(**question).answer


@pytest.fixture(scope="module")
def frozen() -> ScenarioAnswer:
    return asked(**FREEZE)


@pytest.fixture(scope="module")
def frozen_page(frozen: ScenarioAnswer) -> str:
    return scenario_page(frozen).decode()


def heading(page: str) -> str:
    return words(re.search(r"<h1>.*?</h1>", page, re.DOTALL)[0])


def test_a_freeze_is_called_a_freeze_and_sells_nothing(frozen_page: str) -> None:
    assert heading(frozen_page) == "If MSCI freezes Strategy, passive funds sell none of it"
    said = words(frozen_page)
    # 6.057 % of the 261 m shares in the index at 170.91; x the 53 m issued since
    assert "A later deletion would sell $2.70bn, an unfreeze would buy $550m" in said
    assert "passive funds would sell nothing if MSCI froze it" in said
    assert "Scenario, not a forecast: freeze." in said
    assert "MSCI deletes Strategy" not in said


def test_the_card_of_a_freeze_claims_no_sight_and_no_calibration(frozen_page: str) -> None:
    (card,) = cards_of(frozen_page)
    assert card.startswith("If MSCI freezes Strategy $0")
    assert "No selling: trackers keep their positions." in card
    assert "Confidence: not graded . No selling under this treatment." in words(frozen_page)
    assert "Calibrated" not in card
    assert "At least" not in card


def test_frozen_names_are_known_to_sell_none_rather_than_unknown(frozen_page: str) -> None:
    body = re.search(r"<tbody>.*?</tbody>", section_of(frozen_page, "securities"), re.DOTALL)
    said = words(body[0])
    assert "Metaplanet 3350 $0 $0 $0 0" in said
    # whoever sells none sells none by the own estimate too, known or not
    assert "SharpLink Gaming SBET $0 $0 $0 0" in said
    assert "n/a" not in said
    outside = section(frozen_page, "securities")
    assert "No holdings in covered funds" not in outside
    assert "No selling of 19 other candidates: frozen, or not reweighted." in outside


def section_of(page: str, section_id: str) -> str:
    return re.search(rf'<section id="{section_id}".*?</section>', page, re.DOTALL)[0]


def test_a_freeze_draws_no_sale_no_impact_and_no_range(frozen_page: str) -> None:
    for chart in ("waterfall", "by-security", "days", "impacts", "ranges", "sources", "ages"):
        assert f'id="{chart}-title"' not in frozen_page
    assert "No selling under this treatment, so no range." in section(frozen_page, "range")
    assert "579k held" in section(frozen_page, "sellers")


def test_what_a_freeze_means_is_shown_with_what_is_not_known(frozen_page: str) -> None:
    said = section(frozen_page, "sides")
    assert "MSTR MSCI 6 Jan 2026 261m 314m 5.033 % 1 $0 $550m $2.70bn" in said
    assert "MSTR, review of 27 Feb 2026: no share-count changes" in said
    assert "Unknown for MARA, RIOT, SBET: no share counts over time in the data." in said


def test_unknown_foregone_demand_is_a_dash_not_a_zero(frozen: ScenarioAnswer) -> None:
    unknown = with_marts(frozen, freeze_effects=lambda f: f.with_columns(
        foregone_demand_usd=pl.lit(None, pl.Float64)))  # fmt: skip
    assert "demand foregone at reviews since: –" in words(scenario_page(unknown).decode())


def test_a_freeze_by_some_and_a_deletion_by_others_are_told_apart() -> None:
    page = scenario_page(asked(preset="january-2026")).decode()
    assert heading(page) == (
        "Strategy, all five providers: the calibrated $6.80bn lies above the range of our own "
        "estimate, which is incomplete, ≥ $5.25bn (4.66–6.06). "
        "If MSCI freezes Strategy, passive funds sell none of it; if MSCI freezes it and the "
        "other four providers delete it, $6.80bn. All five names: $0 and ≥ $8.62bn"
    )
    mixed = cards_of(page)[1]
    assert mixed.startswith("If MSCI freezes Strategy and the other four providers delete it")
    assert "Scenario, not a forecast: deletion and freeze." in words(page)
    assert "MSCI none (freeze)" in section(page, "steps")
    assert "Metaplanet 3350 $0 $0 $0 0 ≥" in section(page, "securities")


def test_a_reweight_is_shown_step_by_step() -> None:
    answer = asked(providers="msci", securities="MSTR", treatment="msci=reweight",
                   reweight="MSTR.factor=1:0.5@2026-02-27")  # fmt: skip
    page = scenario_page(answer).decode()
    assert heading(page).startswith("If MSCI reweights Strategy, passive funds must sell")
    # half of 15,807,359 shares at 177.13
    assert "MSTR MSCI 27 Feb 2026 -50.0 % 7.90m $1.40bn" in section(page, "sides")


def test_active_money_of_a_provider_that_deletes_nothing_is_not_called_ungiven() -> None:
    answer = asked(**FREEZE, active_aum="msci=5tn")
    said = section(scenario_page(answer).decode(), "sides")
    assert "Active assets were given for no provider that deletes here" in said


@pytest.mark.parametrize(
    ("providers", "treatment", "clause"),
    [
        ("msci", "exclude", "MSCI deletes it"),
        ("msci+nasdaq", "msci=freeze", "MSCI freezes it and Nasdaq deletes it"),
        ("all", "freeze", "all five providers freeze it"),
        ("all", "msci=freeze,crsp=freeze",
         "CRSP and MSCI freeze it and the other three providers delete it"),
    ],
)  # fmt: skip
def test_a_clause_names_who_does_what(providers: str, treatment: str, clause: str) -> None:
    answer = asked(providers=providers, treatment=treatment, as_of="2026-02-27")
    about = sentences.subject(answer)
    assert about.clause(answer.scenarios[0], "it") == clause
    past = clause.replace("deletes", "deleted").replace("delete it", "deleted it")
    past = past.replace("freezes", "froze").replace("freeze ", "froze ")
    assert about.clause(answer.scenarios[0], "it", is_past=True) == past


def test_a_reweight_of_other_companies_sells_nothing_and_claims_no_freeze() -> None:
    answer = asked(
        list="miners", providers="msci+nasdaq,all", treatment="reweight",
        reweight="MSTR.factor=50%:25%@2026-02-27",
    )  # fmt: skip
    page = scenario_page(answer).decode()
    assert "the reweight lowers neither its factor nor its share count" in page
    assert "later is not known" not in page
    # 24 securities on the lists (5 + 19, as the default question shows), less the 5 miners of this
    # list and less Strategy, whose steps it reweights: 18
    assert "No selling of 18 other candidates: frozen, or not reweighted." in page
