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


def line_of_all(lines: list[str], start: str) -> list[str]:
    """The row of all providers, which follows that of the first scenario."""
    first = next(i for i, line in enumerate(lines) if line.startswith(start))
    return lines[first + 1].split()


def test_the_headline_names_day_dataset_list_and_that_it_is_an_estimate(lines: list[str]) -> None:
    assert lines[0].startswith("As of 2025-11-20 · sample dataset ")
    assert lines[0].endswith(" · list msci-reported (5) · estimates, not advice")
    assert lines[1].startswith(
        "Scenario: deletion. On 2026-01-06 MSCI decided to freeze share increases"
    )


def test_strategy_stands_first_with_the_published_totals(lines: list[str]) -> None:
    assert line_of(lines, "Strategy") == [
        "Strategy", "MSTR", "msci", "$2.80bn", "calibrated", "$2.60bn", "(1.57–3.89)", "$486m",
        "5.3",
    ]  # fmt: skip
    assert line_of_all(lines, "Strategy") == [
        "all", "$8.80bn", "calibrated", "≥", "$7.89bn", "(6.37–9.98)", "$4.37bn", "16.7",
        "+$6.00bn",
    ]  # fmt: skip


def test_observed_only_figures_are_marked_as_at_least(lines: list[str]) -> None:
    # Metaplanet: no MSCI fund in the data holds it; all providers together are in part estimated
    assert line_of(lines, "Metaplanet")[1:] == ["3350", "msci", *4 * ["n/a"]]
    assert line_of_all(lines, "Metaplanet")[:2] == ["all", "≥"]
    assert line_of_all(lines, "Metaplanet")[-1] == "n/a"  # of what is unknown, no increment
    assert line_of_all(lines, "MARA")[:2] == ["all", "≥"]
    assert line_of(lines, "Basket")[1:3] == ["msci", "≥"]
    assert line_of_all(lines, "Basket")[:2] == ["all", "≥"]


def test_candidates_outside_the_list_stand_apart(lines: list[str]) -> None:
    basket = next(i for i, line in enumerate(lines) if line.startswith("Basket"))
    outside = next(i for i, line in enumerate(lines) if line.startswith("Outside the list (19):"))
    assert basket < outside
    assert any(line.startswith("CleanSpark") for line in lines[outside:])
    unknown = "No holdings in covered funds and no estimate (3): ABTC, IREN, TRON"
    assert unknown in lines
    # two funds list SUI Group, one at 0.00 %, one on a day without a price
    assert "Held by covered funds, known by weight only, share count unknown (1): SUIG" in lines


def test_before_their_day_calibrated_estimates_are_said_to_be_unavailable(
    sample: Dataset, lines: list[str]
) -> None:
    said = scenario.table(sample.scenario(as_of="2025-11-18").answer)
    assert "unavailable before the day they were set: MSTR (2025-11-20)." in said
    assert not any("unavailable before" in line for line in lines)


def test_where_nothing_is_sold_nobody_is_called_unknown(sample: Dataset) -> None:
    frozen = scenario.table(sample.scenario(providers="msci", treatment="freeze").answer)
    # of the 19 beside the list every one keeps its position
    assert "No selling (19): ABTC, ASST, BMNR" in frozen
    assert "No holdings in covered funds" not in frozen


def test_calibrated_totals_are_said_to_be_no_independent_check(
    sample_result: ScenarioResult,
) -> None:
    lines = str(sample_result).splitlines()
    assert any("totals of MSTR" in line and "no independent check" in line for line in lines)


def test_columns_line_up(lines: list[str]) -> None:
    head = next(line for line in lines if line.lstrip().startswith("outflow"))
    first = next(i for i, line in enumerate(lines) if line.startswith("Strategy"))
    msci, every = lines[first : first + 2]
    assert head.index("outflow") + len("outflow") == msci.index("$2.80bn") + len("$2.80bn")
    assert head.index("outflow") + len("outflow") == every.index("$8.80bn") + len("$8.80bn")
    assert len(head) == len(every)  # only the row of all has an increment
    assert all(line == line.rstrip() for line in lines)


def test_unknown_dollars_are_a_dash_not_zero(make_dataset: Callable[..., Dataset]) -> None:
    other = {**MINIMAL["securities"][0], "security_id": "B", "ticker": "BBB",
             "security_name": "Beta Corp"}  # fmt: skip
    result = make_dataset(
        securities=[MINIMAL["securities"][0], other],
        holdings=[held("F1", 1, security_id="B")],
    ).scenario(providers="msci", securities="AAA,BBB")
    shown = str(result).splitlines()
    # without a price the shares held are told, and no dollars
    assert line_of(shown, "Beta")[1:] == [
        "BBB", "msci", "≥", "1", "shares", "observed", "≥", "1", "shares", "1", "shares", "n/a",
    ]  # fmt: skip
    assert line_of(shown, "Alpha")[1:] == ["AAA", "msci", "n/a", "n/a", "n/a", "n/a"]


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
    sample: Dataset,
) -> None:
    said = "held by funds without a known index, not in any outflow: MSTR 9.8k shares"
    later = sample.scenario(securities=["MSTR"], as_of="2026-02-20")
    (row,) = json.loads(later.render("json"))["unmapped_holders"]
    # T. Rowe Price 35, Fidelity 261, Principal 262 and 2,929, Amundi 6,312
    assert (row["funds_count"], row["held_shares"]) == (5, 35 + 261 + 262 + 2_929 + 6_312)
    assert said in str(later)
    assert "Principal LargeCap Value Fund III" in str(later)
    assert "hold the basket without a known index" in later.render("html").decode()
    held_by_none = sample.scenario(securities=["MARA"])
    assert "without a known index" not in str(held_by_none)
    assert "hold the basket without a known index" not in held_by_none.render("html").decode()
