"""What the page claims of thin data: nothing unknown is a zero, nothing observed is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pages import cards_of, section, words
from rows import AS_OF, SECURITY, held

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset

OTHER = "US0000000002"


def _page(dataset: Dataset, **asked: object) -> str:
    return dataset.scenario(as_of=AS_OF, **asked).render("html").decode()


def test_what_one_provider_estimates_is_not_said_to_be_seen(
    make_dataset: Callable[..., Dataset],
) -> None:
    # 1,000 + 3,000 shares seen of 1.003 m: 640,000 of 160.48 m dollars, 0.4 %
    made = make_dataset(
        providers=[{"provider_id": "msci", "provider_name": "MSCI"},
                   {"provider_id": "ftse", "provider_name": "FTSE"}],
        indices=[{"index_id": "msci-world", "provider_id": "msci", "index_name": "World"},
                 {"index_id": "russell", "provider_id": "ftse", "index_name": "Russell"}],
        funds=[{"fund_id": "F1", "fund_name": "One", "index_id": "msci-world"},
               {"fund_id": "F2", "fund_name": "Two", "index_id": "russell"}],
        fund_reports=[{"fund_id": each, "holdings_scope": "full"} for each in ("F1", "F2")],
        holdings=[held("F1", 1_000.0), held("F2", 3_000.0)],
        tracking_ratios=[{"provider_id": "msci", "applies_to_id": SECURITY,
                          "applies_to": "security", "tracking_ratio": 0.01, "as_of_on": AS_OF,
                          "denominator": "shares_outstanding", "basis": "reported"}],
    )  # fmt: skip
    page = _page(made, providers="msci,all")
    said = section(page, "securities")
    assert "< 1 % of Alpha's outflow is observed in fund reports" in said
    assert "Basket $160m ≥ $160k $160k ≥ $160m ≥ $640k $640k" in said
    assert (
        "have no common trade session in the data; the days above assume simultaneous selling."
        in words(page)
    )
    assert "The data holds no decision of these providers." in words(page)


def test_without_a_price_the_dollars_are_unknown_and_the_sale_is_not(
    make_dataset: Callable[..., Dataset],
) -> None:
    page = _page(make_dataset(
        prices=[{"security_id": OTHER, "priced_on": AS_OF, "close_usd": 1.0}],
        securities=[{"security_id": SECURITY, "ticker": "AAA", "security_name": "Alpha Inc"},
                    {"security_id": OTHER, "ticker": "BBB", "security_name": "Beta Inc"}],
    ))  # fmt: skip
    assert "observed only, no price on or before 20 Nov 2025" in cards_of(page)[0]
    assert "Selling observed or estimated, but no price to value it" in page
    assert "Unknown in dollars: Alpha has no price" in section(page, "sides")
    assert "Observed Positions – – 1" in section(page, "sellers")
    assert "No price is known. Data: " in words(page)


def test_what_is_unknown_has_no_shares_and_no_days(make_dataset: Callable[..., Dataset]) -> None:
    page = _page(make_dataset(holdings=[], fund_reports=[]))
    card = cards_of(page)[0]
    assert "multiple of ADV n/a shares n/a of shares outstanding n/a confidence not graded" in card
    assert "20 % participation n/a" in card
    assert "Basket n/a" in section(page, "securities")
    assert "1 fund known to track these indices is not covered." in section(page, "limits")
    assert "1 fund known to track these providers' indices but not covered" in section(
        page, "coverage"
    )


def test_the_securities_without_a_price_are_left_out_of_the_share(
    make_dataset: Callable[..., Dataset],
) -> None:
    made = make_dataset(
        securities=[{"security_id": SECURITY, "ticker": "AAA", "security_name": "Alpha Inc"},
                    {"security_id": OTHER, "ticker": "BBB", "security_name": "Beta Inc"}],
        candidates=[{"list_id": "default", "security_id": each} for each in (SECURITY, OTHER)],
        holdings=[held("F1", 1_000.0), held("F1", 500.0, security_id=OTHER)],
    )  # fmt: skip
    said = section(_page(made), "securities")
    assert "Largest known outflow: Alpha, ≥ $160k" in said


def test_a_reweight_is_not_compared_with_deletions(sample: Dataset) -> None:
    asked = sample.scenario(
        providers="msci", securities=["MSTR"], treatment="reweight",
        reweight="MSTR.factor=1:0.5@2026-02-27",
    )  # fmt: skip
    page = asked.render("html").decode()
    assert "; a reweight sells the part of it that the index drops." in words(page)
    said = section(page, "liquidity")
    assert "Past deletions (history) not applicable: measured on deletions" in said
    assert "Demand elasticity 3.0 % (1.0–8.7 %)" in said


def test_figures_on_another_company_than_the_page_s_say_whose_they_are(sample: Dataset) -> None:
    said = section(sample.scenario(list="miners").render("html").decode(), "reconciliation")
    assert "our estimate at the same price and scope (MSTR), US dollars" in said
    assert "JPMorgan MSTR, all $195.05 $11.60bn" in said
    assert "$10.24" not in said  # the close of MARA, whom the page is about


@pytest.fixture(scope="module")
def january(sample: Dataset) -> str:
    return sample.scenario(preset="january-2026").render("html").decode()


def test_what_is_only_split_is_not_said_to_be_set_to_a_figure(january: str) -> None:
    said = words(january)
    assert "the rest is allocated for illustration and does not improve confidence" in said
    assert "independent check" not in said
    assert (
        "is observed in fund reports, the rest is allocated for illustration. Price of 15 Jan"
        in said
    )


def test_figures_the_ratios_were_set_to_stay_marked_at_a_later_share_count(january: str) -> None:
    said = section(january, "reconciliation")
    assert "calibrated to it and repeated by Bitwise (M. Hougan), Strategy letter to MSCI" in said
    # 62.32 m of 314.112 m Class A shares are 19.84 %; of the 267.468 m of 20 November 2025 53.07 m,
    # at 50bn over 287.108 m shares of both classes = 174.15 dollars: 9.24bn
    assert "(13F, to 30 Jan 2026): $9.24bn, nearer to the total" in said


def test_a_scenario_that_freezes_has_no_upper_end_but_nothing(january: str) -> None:
    assert "MSCI $0 $0 $0 No selling" in section(january, "range")


def test_what_a_freeze_leaves_unknown_names_the_providers(sample: Dataset) -> None:
    page = sample.scenario(treatment="freeze").render("html").decode()
    said = section(page, "sides")
    assert "MSTR (CRSP, Nasdaq): no share count at the last review" in said
    assert "Unknown for MARA, RIOT, SBET: no share counts over time in the data." in said


def test_positions_of_managers_that_no_count_scales_are_counted(sample: Dataset) -> None:
    # five of seven are of 31 Dec 2024, before the first share count of the data
    said = section(sample.scenario().render("html").decode(), "reconciliation")
    assert " 5 of 7 managers (MSTR, as-of)" in said


def test_a_balance_sheet_published_later_is_marked_on_its_card(sample: Dataset) -> None:
    said = words(sample.scenario().render("html").decode())
    assert "digital assets, 31 Aug 2025, published after the as-of date 94.2 %" in said
