"""Every bad input ends with its exit code, a message in words, nothing on stdout, no file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from rows import MINIMAL, SECURITY, held, write_dataset

from flowrisk.cli import diagnostics

if TYPE_CHECKING:
    from collections.abc import Callable

    from flowrisk.errors import FlowriskError

ENDLESS = "with recursive t as (select 1 as a union all select a + 1 from t) select count(*) from t"
QUESTIONS = [
    (["--providers", "mcsi"], 2, ["'mcsi'", "nearest: msci", "known providers"]),
    (["--providers", ""], 2, ["empty place"]),
    (["--providers", "msci,,all"], 2, ["empty place"]),
    (["--securities", "MSTT"], 2, ["'MSTT'", "nearest: MSTR"]),
    (["--securities", "STRK"], 2, ["preferred"]),
    (["--list", "miner"], 2, ["'miner'", "nearest: miners"]),
    (["--as-of", "2010-01-01"], 3, ["says nothing on or before 2010-01-01", "oldest"]),
    (["--as-of", "20.11.2025"], 2, ["--as-of", "YYYY-MM-DD"]),
    (["--price", "MSTR"], 2, ["--price"]),
    (["--price", "MSTR=0"], 2, ["price"]),
    (["--participation", "20"], 2, ["at most 1", "20%"]),
    (["--price", "150"], 2, ["'150' is not TICKER=PRICE", "MSTR=177.13"]),
    (["--participation", "nan"], 2, ["--participation"]),
    (["--participation", "lots"], 2, ["--participation"]),
    (["--max-age", "0"], 2, ["--max-age"]),
    (["--method", "gues"], 2, ["--method", "known: auto"]),
    (["--format", "xml"], 2, ["--format", "known: table"]),
    (["--color", "pink"], 2, ["--color"]),
    (["--nonsense"], 2, ["--nonsense"]),
    (["surplus"], 2, ["surplus"]),
    (["-o", "x.docx"], 2, ["names no format", ".html"]),
    (["-o", "nowhere/x.csv"], 2, ["cannot be written", "nowhere"]),
    (["-o", "a.csv", "-o", "a.csv"], 2, ["twice"]),
    (["--strict"], 5, ["--strict", "holdings_are_fresh"]),
    (["--data", "nowhere"], 3, ["no dataset folder", "nowhere"]),
    (["--book", ""], 2, ["--book names no file"]),
    (["--book", "nowhere.csv"], 3, ["no such book", "nowhere.csv"]),
    (["--book", "."], 3, ["no plain file"]),
]
BOOKS = [
    ("", 3, ["is empty"]),
    ("A,MSTR,5,\n", 2, ["Which index", "portfolios: A", "index_id", "'none'"]),
    ("A,MSTR,5,none\nA,US5949724083,5,\n", 3, ["twice", "rows 2 and 3"]),
    ("A,MSTR,5,none\nA,MARA,5,msci-world\n", 3, ["more than one index", "row 3: msci-world"]),
    ("A,MSTR,5%,none\n", 3, ["percent", "row 2: 5%"]),
    ("A,MSTR,0.25,none\nA,MARA,0.75,\n", 3, ["weights", "sum: 1"]),
    ("A,MSTR,x,none\n", 3, ["cannot be used", "row: 2", "'x'"]),
]


@pytest.mark.parametrize(("lines", "code", "said"), BOOKS, ids=lambda v: str(v)[:40])
def test_books(
    lines: str, code: int, said: list[str], within: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "book.csv").write_text(f"portfolio,identifier,shares,index\n{lines}")
    run = within("scenario", "--book", "book.csv", "-o", "x.json", cwd=tmp_path)
    assert (run.code, run.out) == (code, "")
    assert all(word in run.err for word in said), run.err
    assert len(run.err.splitlines()) <= 24, "one screen"
    assert [path.name for path in tmp_path.iterdir()] == ["book.csv"]


def test_what_a_book_leaves_unknown_fails_a_strict_run(
    within: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "book.csv").write_text("portfolio,identifier,shares,index\nA,ZZZZ,5,none\n")
    run = within("scenario", "--book", "book.csv", "--strict", cwd=tmp_path)
    assert run.code == 5
    assert "book_identifiers_are_known" in run.err


@pytest.mark.parametrize(("words", "code", "said"), QUESTIONS, ids=lambda v: str(v)[:40])
def test_questions(
    words: list[str], code: int, said: list[str], within: Callable[..., Any], tmp_path: Path
) -> None:
    run = within("scenario", *words, cwd=tmp_path)
    assert run.code == code
    assert run.out == ""
    assert all(word in run.err for word in said), run.err
    assert "Traceback" not in run.err
    assert len(run.err.splitlines()) <= 24, "one screen"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["select * from marts.outflow"], 2, ["nearest: marts.outflows"]),
        (["select 1; select 2"], 2, ["one select"]),
        (["copy (select 1) to 'x.csv'"], 2, ["select"]),
        ([], 2, ["Give the SQL once"]),
        (["select 1", "--file", "x.sql"], 2, ["Give the SQL once"]),
        (["--file", "x.sql"], 2, ["cannot be read", "x.sql"]),
        (["select 1", "--limit", "-2"], 2, ["limit"]),
        (["select 1", "--timeout", "0"], 2, ["time limit"]),
        (["select 1", "-o", "x.docx"], 2, ["names no format"]),
        ([ENDLESS,
          "--timeout", "0.2"], 4, ["did not finish within 0.2 s"]),
    ],
    ids=lambda v: str(v)[:40],
)  # fmt: skip
def test_queries(
    words: list[str], code: int, said: list[str], within: Callable[..., Any], tmp_path: Path
) -> None:
    run = within("query", *words, cwd=tmp_path)
    assert (run.code, run.out) == (code, "")
    assert all(word in run.err for word in said), run.err
    assert "Traceback" not in run.err
    assert list(tmp_path.iterdir()) == []


def write_bad(folder: Path, damage: str) -> None:
    """A dataset with one fault."""
    rows = {
        "NaN shares": {"holdings": [held("F1", float("nan"))]},
        "negative shares": {"holdings": [held("F1", -5)]},
        "duplicate keys": {"holdings": [held("F1", 5)] * 2},
        "unknown index": {"funds": [{"fund_id": "F1", "index_id": "nix"}]},
        "weights in percent": {"index_memberships": [
            {"index_id": "msci-world", "security_id": SECURITY, "weight_ratio": 4.5}]},
        "no table": {"prices": None},
    }.get(damage, {})  # fmt: skip
    write_dataset(folder, rows)
    prices = folder / "prices.parquet"
    if damage == "empty":
        prices.write_bytes(b"")
    elif damage == "foreign":
        prices.write_text("<html>")
    elif damage == "truncated":
        prices.write_bytes(prices.read_bytes()[:-10])
    elif damage == "missing column":
        pl.read_parquet(prices).drop("close_usd").write_parquet(prices)
    elif damage == "wrong type":
        pl.read_parquet(prices).with_columns(close_usd=pl.lit("x")).write_parquet(prices)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("empty", ["prices.parquet", "empty"]), ("foreign", ["prices.parquet", "not a parquet"]),
        ("truncated", ["prices.parquet"]), ("no table", ["prices.parquet", "lacks"]),
        ("missing column", ["'close_usd'", "prices.parquet"]),
        ("wrong type", ["'close_usd'", "wrong type", "double"]),
        ("NaN shares", ["numbers_are_usable", "F1"]),
        ("negative shares", ["numbers_are_usable", "F1"]),
        ("duplicate keys", ["keys_are_unique", "2 times"]),
        ("unknown index", ["references_are_known", "nix"]),
        ("weights in percent", ["ratios_are_fractions", "4.5"]),
    ],
)  # fmt: skip
def test_broken_datasets(
    damage: str, said: list[str], within: Callable[..., Any], tmp_path: Path
) -> None:
    write_bad(tmp_path / "data", damage)
    run = within("scenario", "-p", "msci", "--data", tmp_path / "data", "-o", tmp_path / "x.csv")
    assert (run.code, run.out) == (3, "")
    assert all(word in run.err for word in said), run.err
    assert "Traceback" not in run.err
    assert not (tmp_path / "x.csv").exists()


def test_an_ambiguous_ticker(within: Callable[..., Any], tmp_path: Path) -> None:
    twice = [MINIMAL["securities"][0], {**MINIMAL["securities"][0], "security_id": "US2"}]
    write_dataset(tmp_path / "data", {"securities": twice})
    run = within("scenario", "-p", "msci", "--data", tmp_path / "data", "-s", "AAA")
    assert (run.code, run.out) == (2, "")
    assert "more than one" in run.err
    assert SECURITY in run.err


def test_an_existing_output_is_kept_without_force_and_replaced_with_it(
    flowrisk: Callable[..., Any], small: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(small, tmp_path / "data"))
    path = tmp_path / "x.csv"
    path.write_text("old")
    words = ("scenario", "-p", "msci", "--data", data, "-o", path)
    kept = flowrisk(*words)
    assert (kept.code, kept.out, path.read_text()) == (2, "", "old")
    assert "exists already" in kept.err
    replaced = flowrisk(*words, "--force")
    assert replaced.code == 0
    assert path.read_text().startswith("scenario_id,")
    assert f"written: {path}" in replaced.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "x.csv"]


@pytest.mark.parametrize("kind", diagnostics.EXIT_CODES)
def test_every_refusal_ends_with_its_code_and_its_words(
    kind: type[FlowriskError], capsys: pytest.CaptureFixture[str]
) -> None:
    def run() -> None:
        raise kind("It is so.", facts={"a": 1}, remedy="Do this.")

    assert diagnostics.exit_code_of(run) == diagnostics.EXIT_CODES[kind]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "error: It is so.\n  a: 1\nDo this.\n"


def test_a_fault_of_our_own_is_said_without_a_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert diagnostics.exit_code_of(lambda: 1 / 0) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "ZeroDivisionError" in captured.err
    assert "Traceback" not in captured.err
