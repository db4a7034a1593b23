"""Tables fit the terminal, keep their columns in line, and drop nothing without saying so."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from flowrisk.errors import printable
from flowrisk.export import tables, terminal
from flowrisk.export.terminal import Terminal

COLORS = re.compile("\x1b\\[\\d+m")
WORDS = st.text(st.sampled_from("ab –≥日本한é\u0301👍 x"), max_size=30)


@pytest.mark.parametrize(
    ("cell", "columns"),
    # by hand: two for each sign of Chinese, none for a combining mark, two for a family of four
    [("Strategy", 8), ("日本", 4), ("e\u0301", 1), ("≥ $1–2", 6), ("", 0), ("株A", 3),
     ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 2)],
)  # fmt: skip
def test_a_cell_is_as_wide_as_a_terminal_shows_it(cell: str, columns: int) -> None:
    assert tables.width(cell) == columns


def test_columns_are_in_line_beside_wide_signs() -> None:
    lines = tables.grid(("name", "n"), [("メタプラネット", "1"), ("Strategy", "22")], indent="")
    # seven signs of two columns, two blanks, two figures
    assert [cell_len(line) for line in lines] == [18, 18, 18]
    shown = tables.rows_table(pl.DataFrame({"a": ["日本", "ab"], "n": [1, 22]})).splitlines()
    assert shown == ["a      n", "----  --", "日本   1", "ab    22"]


rows = st.integers(1, 5).flatmap(
    lambda count: st.tuples(
        st.lists(WORDS, min_size=count, max_size=count),
        st.lists(st.lists(WORDS, min_size=count, max_size=count), max_size=4),
    )
)


@given(rows, st.integers(8, 60))
def test_no_line_is_wider_than_the_terminal_and_no_column_lost(
    made: tuple[list[str], list[list[str]]], wide: int
) -> None:
    heads = [f"h{place}{head}" for place, head in enumerate(made[0])]
    said = tables.text(["before", *tables.grid(heads, made[1]), "after"])
    shown = terminal.text(said.lines, Terminal(wide))
    assert all(cell_len(line) <= wide for line in shown.splitlines())
    flat = re.sub(r"\s", "", shown)
    for head in heads:
        assert re.sub(r"\s", "", printable(head))[:2] in flat
    colored = terminal.text(said.lines, Terminal(wide, is_colored=True))
    plain = [line.rstrip() for line in COLORS.sub("", colored).splitlines()]
    assert plain == [line.rstrip() for line in shown.splitlines()]


def test_what_finds_no_room_is_named_and_texts_are_wrapped() -> None:
    frame = pl.DataFrame({"who": ["a"], "says": ["one two three " * 4], "n": [1], "m": [2]})
    shown = terminal.rows(frame, Terminal(30)).splitlines()
    # 30 columns: 3, 2, 22 of text, 2, 1; the fourth column would leave 19 to the text
    assert shown[:3] == ["who  says" + 18 * " " + "  n", "---  " + 22 * "-" + "  -",
                         "a    one two three one two   1"]  # fmt: skip
    assert " ".join(shown[-3:]).startswith("no room for: m;")
    narrow = terminal.rows(frame, Terminal(26))
    assert "no room for: n, m" in " ".join(narrow.split())
    assert "no room" not in terminal.rows(frame, Terminal(200))


def test_totals_are_bold_and_words_have_the_colour_of_their_meaning() -> None:
    lines = tables.grid(
        ("", "", "state"), [("A", "x", "warn"), ("Basket", "x", "3"), ("", "y", "4")]
    )
    shown = terminal.text(lines, Terminal(80, is_colored=True)).splitlines()
    assert "\x1b[33m warn\x1b[0m" in shown[1]
    assert all("\x1b[1m" in line for line in shown[2:4])
    assert "\x1b" not in terminal.text(lines, Terminal(80))


def test_names_of_the_data_colour_nothing() -> None:
    lines = tables.grid(("", "n"), [("\x1b[31mred", "1")])
    shown = terminal.text([*lines, "\x1b[2Jcleared"], Terminal(80, is_colored=True))
    assert "\x1b" not in shown
    assert "\x1b" not in terminal.rows(pl.DataFrame({"\x1b[1m": ["\x1b]0;x"]}), Terminal(80))


def test_a_row_stands_as_a_block_with_what_is_unknown() -> None:
    frame = pl.DataFrame({"ticker": ["MSTR"], "outflow_usd": [None]})
    assert tables.rows_vertical(frame) == "-- 1 of 1\nticker       MSTR\noutflow_usd\n"
    lines = tables.grid(("", "", "outflow"), [("Strategy", "msci", "$2.80bn"), ("", "all", "n/a")])
    assert terminal.upright(lines).splitlines() == [
        "  -- Strategy msci", "  outflow  $2.80bn", "  -- Strategy all", "  outflow  n/a",
    ]  # fmt: skip
