"""The examples of ``flowrisk ingest --help`` run on files of the names they use."""

from __future__ import annotations

import shlex
import shutil
from typing import TYPE_CHECKING

import polars as pl
import pytest

import flowrisk
from flowrisk.__main__ import app
from flowrisk.cli import diagnostics
from flowrisk.cli.commands.ingest import EPILOG

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EXAMPLES = [
    line.strip() for line in EPILOG.replace("\\\n", " ").splitlines() if "flowrisk ingest" in line
]
ISHARES = """\
iShares ETF
Fund Holdings as of,"Nov 20, 2025"

Ticker,Name,Asset Class,Market Value,Weight (%),Quantity,Price,Location,Exchange,Currency
"MSTR","STRATEGY INC","Equity","1,771.30","100.00","10.00","177.13","United States","NASDAQ","USD"
"""
PRICES = "Date,Open,High,Low,Close,Volume\n2025-11-20,180,181,176,177.13,20000000\n"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(
    example: str,
    quarter: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.make_archive("2025q3_nport", "zip", quarter("tables"))
    for name in ("IWV", "ACWI"):
        (tmp_path / f"{name}_holdings.csv").write_text(ISHARES, encoding="utf-8")
    pl.DataFrame({"ISIN": ["US5949724083"], "Quantity": [10]}).write_excel("positions.xlsx")
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "MSTR.csv").write_text(PRICES, encoding="utf-8")
    flowrisk.init(tmp_path / "my-data")
    words = shlex.split(example)[1:]
    assert diagnostics.exit_code_of(lambda: app(words, standalone_mode=False)) == 0
    assert b"loaded " in (printed := capsysbinary.readouterr().out) or b"would load " in printed


def test_there_are_four_examples() -> None:
    assert len(EXAMPLES) == 4
