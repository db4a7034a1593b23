"""Rules of eligibility: tests, screens, years, and what may be unknown and change no verdict."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrisk.analytics import eligibility
from flowrisk.analytics.eligibility import RatioTest, Screen

OPERATING = Screen((RatioTest("operating", "at_most", 0.5),), 1)
# the second screen of a rule like MSCI's of 2026, with thresholds made up: four of five
FIVE = Screen(tuple(RatioTest(f"r{i}", "below", 0.1) for i in range(5)), 4)
RULE = (OPERATING, FIVE)


@pytest.mark.parametrize(
    ("fails_if", "failed"),
    [("at_least", [False, True, True]), ("above", [False, False, True]),
     ("at_most", [True, True, False]), ("below", [True, False, False])],
)  # fmt: skip
def test_the_side_of_the_threshold(fails_if: str, failed: list[bool]) -> None:
    test = RatioTest("r", fails_if, 0.5)
    assert [test.is_failed(ratio) for ratio in (0.4, 0.5, 0.6)] == failed


def test_what_is_not_known_is_neither_failed_nor_passed() -> None:
    assert RatioTest("r", "below", 0.5).is_failed(None) is None
    assert RatioTest("r", "below", None).is_failed(0.1) is None
    assert RatioTest("r", None, 0.5).is_failed(0.1) is None


def ratios(operating: float | None, *five: float | None) -> dict[str, float | None]:
    return {"operating": operating, **{f"r{i}": each for i, each in enumerate(five)}}


@pytest.mark.parametrize(
    ("given_ratios", "failed"),
    [
        (ratios(0.6, None, None, None, None, None), False),  # the first screen is passed
        (ratios(0.2, 0.0, 0.0, 0.0, 0.0, None), True),  # four of five, the fifth does not matter
        (ratios(0.2, 0.5, 0.5, None, None, None), False),  # two passed: four cannot be failed
        (ratios(0.2, 0.5, 0.0, 0.0, 0.0, None), None),  # three failed, one open
        (ratios(None, 0.0, 0.0, 0.0, 0.0, 0.0), None),
        (ratios(None, 0.5, 0.5, 0.0, 0.0, 0.0), False),
    ],
)
def test_a_rule_is_failed_where_every_screen_is(
    given_ratios: dict[str, float | None], *, failed: bool | None
) -> None:
    assert eligibility.is_failed(RULE, given_ratios) is failed


@pytest.mark.parametrize(
    ("years", "years_count", "expected"),
    [
        ([True], 1, "fail"), ([False], 1, "pass"), ([None], 1, "unresolved"), ([], 1, "unresolved"),
        ([True, True], 2, "fail"), ([True, False], 2, "watch"), ([True, None], 2, "unresolved"),
        ([True], 2, "unresolved"), ([False, None], 2, "pass"), ([None, False], 2, "unresolved"),
        ([True, None, False], 3, "watch"), ([True, True, False], 2, "fail"),
    ],
)  # fmt: skip
def test_years_in_a_row(years: list[bool | None], years_count: int, expected: str) -> None:
    assert eligibility.verdict(years, years_count) == expected


VALUES = st.sampled_from([None, 0.0, 0.2, 0.9])


@given(st.lists(st.tuples(*[VALUES] * 6), min_size=2, max_size=2))
def test_a_verdict_stands_whatever_the_unknown_turns_out_to_be(
    years: list[tuple[float | None, ...]],
) -> None:
    said = eligibility.verdict([eligibility.is_failed(RULE, ratios(*each)) for each in years], 2)
    filled = [
        product(*([each] if each is not None else [0.0, 0.9] for each in year)) for year in years
    ]
    possible = {
        eligibility.verdict([eligibility.is_failed(RULE, ratios(*each)) for each in both], 2)
        for both in product(*map(list, filled))
    }
    # and it is unresolved only where more than one verdict is possible
    assert possible == {said} if said != "unresolved" else len(possible) > 1


def test_years_are_counted_back_from_the_newest_balance_sheet() -> None:
    newest_on = date(2026, 6, 30)
    days = [date(2026, 6, 30), date(2025, 12, 31), date(2025, 7, 1), date(2025, 6, 30),
            date(2024, 6, 30)]  # fmt: skip
    assert [eligibility.years_back(newest_on, day) for day in days] == [0, 0, 0, 1, 2]
