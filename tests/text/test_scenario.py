"""What a person reads on the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from rows import MINIMAL, SECURITY, held

from flowrisk.export import tables
from flowrisk.text import scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.api import Dataset, ScenarioResult


@pytest.fixture(scope="module")
def lines(sample_result: ScenarioResult) -> list[str]:
    return scenario.table(sample_result.answer).splitlines()


def line_of(lines: list[str], start: str) -> list[str]:
    return next(line for line in lines if line.startswith(start)).split()


def test_the_headline_names_day_dataset_list_and_that_it_is_an_estimate(lines: list[str]) -> None:
    assert lines[0].startswith("As of 2025-11-20 · sample dataset ")
    assert lines[0].endswith(" · list msci-reported (5) · estimates, not advice")
    assert lines[1].startswith(
        "Scenario: deletion. On 2026-01-06 MSCI decided to freeze share increases"
    )


def test_strategy_stands_first_with_the_published_totals(lines: list[str]) -> None:
    assert line_of(lines, "Strategy") == [
        "Strategy", "MSTR", "$2.80bn", "$486m", "5.3", "$8.80bn", "$4.37bn", "16.7", "+$6.00bn",
    ]  # fmt: skip


def test_observed_only_figures_are_marked_as_at_least(lines: list[str]) -> None:
    # Metaplanet: no MSCI fund in the data holds it; all providers together are in part estimated
    assert line_of(lines, "Metaplanet")[1:5] == ["3350", "n/a", "n/a", "–"]
    assert "≥" in line_of(lines, "MARA")
    assert line_of(lines, "Basket")[1] == "≥"


def test_candidates_outside_the_list_stand_apart(lines: list[str]) -> None:
    basket = next(i for i, line in enumerate(lines) if line.startswith("Basket"))
    outside = next(i for i, line in enumerate(lines) if line.startswith("Outside the list (19):"))
    assert basket < outside
    assert any(line.startswith("CleanSpark") for line in lines[outside:])
    unknown = "No holdings in covered funds and no estimate (4): ABTC, IREN, SUIG, TRON"
    assert unknown in lines


def test_where_nothing_is_sold_nobody_is_called_unknown(sample: Dataset) -> None:
    frozen = scenario.table(sample.scenario(providers="msci", treatment="freeze").answer)
    assert "No selling (19): ABTC, ASST, BMNR" in frozen
    assert "No holdings in covered funds" not in frozen


def test_calibrated_totals_are_said_to_be_no_independent_check(lines: list[str]) -> None:
    assert any("totals of MSTR" in line and "no independent check" in line for line in lines)


def test_columns_line_up(lines: list[str]) -> None:
    head = next(line for line in lines if line.lstrip().startswith("outflow"))
    strategy = next(line for line in lines if line.startswith("Strategy"))
    assert head.index("outflow") + len("outflow") == strategy.index("$2.80bn") + len("$2.80bn")
    assert len(head) == len(strategy)
    assert all(line == line.rstrip() for line in lines)


def test_unknown_dollars_are_a_dash_not_zero(make_dataset: Callable[..., Dataset]) -> None:
    other = {**MINIMAL["securities"][0], "security_id": "B", "ticker": "BBB",
             "security_name": "Beta Corp"}  # fmt: skip
    result = make_dataset(
        securities=[MINIMAL["securities"][0], other],
        holdings=[held("F1", 1, security_id="B")],
    ).scenario(providers="msci", securities="AAA,BBB")
    shown = str(result).splitlines()
    assert line_of(shown, "Beta")[-4:] == ["BBB", "–", "–", "–"]
    assert line_of(shown, "Alpha")[2:] == ["not", "seen", "$0", "–"]


def test_a_long_name_does_not_break_the_columns(make_dataset: Callable[..., Dataset]) -> None:
    named = [{**MINIMAL["securities"][0], "security_name": "A" * 80}]
    result = make_dataset(securities=named).scenario(providers="msci")
    line = next(line for line in str(result).splitlines() if line.startswith("AAA"))
    assert "…" in line
    assert line.index("AAA ") < 40
    assert SECURITY not in line


def test_any_frame_becomes_an_aligned_table() -> None:
    frame = pl.DataFrame({"name": ["a", "bb"], "n": [1_234_567.891, None], "i": [1, 20]})
    assert tables.rows_table(frame) == (
        "name             n   i\n----  ------------  --\n"
        "a     1,234,567.89   1\nbb                  20\n"
    )


@pytest.mark.parametrize("form", [tables.rows_table, tables.rows_markdown])
def test_control_characters_of_the_data_do_not_reach_the_terminal(
    form: Callable[[pl.DataFrame], str],
) -> None:
    shown = form(pl.DataFrame({"name": ["a\x1b[31mred\r\nb\tc"]}))
    assert not set(shown) & {"\x1b", "\r", "\t"}
    assert len(shown.splitlines()) == 3


def test_holders_of_no_known_index_are_named_in_note_json_and_page_and_else_nowhere(
    sample: Dataset, sample_result: ScenarioResult
) -> None:
    said = "in no outflow, held by funds that track no known index: MSTR 3.5k shares"
    later = sample.scenario(securities=["MSTR"], as_of="2026-02-20")
    (row,) = json.loads(later.render("json"))["unmapped_holders"]
    # T. Rowe Price 35, Fidelity 261, Principal 262 and 2,929, at the close of 15 January 2026
    assert (row["funds_count"], row["held_shares"]) == (4, 35 + 261 + 262 + 2_929)
    assert said in scenario.table(later.answer)
    assert "Principal LargeCap Value Fund III · Principal LargeCap Growth Fund I" in str(later)
    assert "hold the basket and track no known index" in later.render("html").decode()
    # in November 2025 none of them had been read
    assert "track no known index" not in scenario.table(sample_result.answer)
    assert "hold the basket and track no known index" not in sample_result.render("html").decode()
