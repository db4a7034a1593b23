"""Numbers as people read them."""

from __future__ import annotations

import pytest

from flowrisk.text import formatting


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (None, "–"), (0.0, "$0"), (-0.0, "$0"), (12.4, "$12"), (999.4, "$999"), (999.6, "$1.0k"),
        (98_700.0, "$98.7k"), (759_000.0, "$759k"), (999_600.0, "$1.00m"), (6_960_000.0, "$6.96m"),
        (425e6, "$425m"), (999.6e6, "$1.00bn"), (2.8e9, "$2.80bn"), (113e9, "$113bn"),
        (1.5e12, "$1.50tn"), (-2.8e9, "-$2.80bn"), (-4e-9, "$0"), (-0.6, "-$1"),
    ],
)  # fmt: skip
def test_money(amount: float | None, expected: str) -> None:
    assert formatting.money(amount) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(425e6, "+$425m"), (-425e6, "-$425m"), (0.0, "$0"), (3e-9, "$0"), (-3e-9, "$0"), (None, "–")],
)
def test_signed_money(amount: float | None, expected: str) -> None:
    assert formatting.money(amount, is_signed=True) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(None, "–"), (2.8e9, "$2.80bn"), (-6.36e9, "inflow $6.36bn"), (-1e-9, "$0")],
)
def test_flow(amount: float | None, expected: str) -> None:
    assert formatting.flow(amount) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), (15_808_000.0, "15.81m"), (0.0, "0"), (999.0, "999"), (-5e6, "-5.00m"),
     (-1e-9, "0")],
)  # fmt: skip
def test_shares(value: float | None, expected: str) -> None:
    assert formatting.shares(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), (0.0, "0.0"), (0.456, "0.46"), (1.06, "1.1"), (5.3153, "5.3"), (16.7, "16.7"),
     (0.999, "1.0")],
)  # fmt: skip
def test_days(value: float | None, expected: str) -> None:
    assert formatting.days(value) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (None, "–"),
        (0.0591, "5.9 %"),
        (1.0, "100.0 %"),
        (0.0, "0.0 %"),
        (0.0004, "< 0.1 %"),
        (0.0006, "0.1 %"),
    ],
)
def test_percent(ratio: float | None, expected: str) -> None:
    assert formatting.percent(ratio) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Strategy Inc Class A", "Strategy"), ("MARA Holdings Inc", "MARA"), ("Inc", "Inc"),
        ("Riot Platforms, Inc.", "Riot Platforms"), ("Costco", "Costco"),
        ("Metaplanet Inc Common Stock", "Metaplanet"), ("Class Act Corp", "Class Act"),
    ],
)  # fmt: skip
def test_a_company_is_named_without_class_and_corporate_form(name: str, expected: str) -> None:
    assert formatting.without_legal_form(name) == expected


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(None, "–"), (0.0, "0.0 %"), (0.0004, "< 0.1 %"), (0.0006, "0.1 %"), (0.1091, "10.9 %"),
     (0.9994, "99.9 %"), (0.9996, "> 99.9 %"), (1.0, "100.0 %")],
)  # fmt: skip
def test_odds_are_certain_only_where_they_are(ratio: float | None, expected: str) -> None:
    assert formatting.odds(ratio) == expected


@pytest.mark.parametrize(
    ("price", "expected"),
    [(None, "–"), (80.26, "$80.26"), (999.5, "$999.50"), (118_226.48, "$118,226")],
)
def test_a_coin_price_has_cents_below_a_thousand(price: float | None, expected: str) -> None:
    assert formatting.coin_price(price) == expected


def test_differences_have_a_sign() -> None:
    assert [formatting.points(each) for each in (0.077, -0.5, None)] == [
        "+7.7 pp", "-50.0 pp", "–"
    ]  # fmt: skip
    assert [formatting.change(each) for each in (0.366, -0.99, 41.66, None)] == [
        "+37 %", "-99 %", "+4,166 %", "–"
    ]  # fmt: skip
