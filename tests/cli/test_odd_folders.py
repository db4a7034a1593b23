"""A path is only a path: every command in, from and into folders with odd names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flowrisk import api
from flowrisk.errors import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Run

# all of them at once, and one of which a part would be a number
NAMES = ["source=sec d[1] a*b ümlaut\nend", "year=2025"]
RARER = [
    "source=sec", "d[1]", "a*b", "with blank", "ümlaut", "line\nend",
    "fund_id=EVIL", "as_of_on=2025-09-30", "ticker=MSTR", "UNIT=PA", "CURRENCY_VALUE=5", "what?",
    "{a,b}", "it's", 'quo"te', "$HOME", "-x", "%41", "tab\there", "semi;colon", "back\\slash",
    "[!a]", "~x",
]  # fmt: skip
_DECOYS = {
    "source=sec d[1] a*b ümlaut\nend": "source=sec d1 axb ümlaut\nend",
    "d[1]": "d1",
    "a*b": "axb",
    "what?": "whatx",
    "[!a]": "b",
    "{a,b}": "a",
}
# one dollar figure of each, as a plain folder gives it
_ARK = (
    "date,fund,company,ticker,cusip,shares,market value ($),weight (%)\n"
    "11/18/2025,ARKK,TESLA INC,TSLA,88160R101,1000,400000,60.0\n"
    "11/18/2025,ARKK,COINBASE GLOBAL INC,COIN,19260Q107,1000,250000,40.0\n"
)
_NPORT = (
    "ACCESSION_NUMBER,REPORT_DATE,FILING_DATE,CIK,SERIES_ID,HOLDING_ID,ISSUER_NAME,ISSUER_TITLE,"
    "ISSUER_CUSIP,BALANCE,UNIT,CURRENCY_CODE,CURRENCY_VALUE,PERCENTAGE,PAYOFF_PROFILE,ASSET_CAT,"
    "ISSUER_TYPE,INVESTMENT_COUNTRY,DERIVATIVE_CAT\n"
    "A-1,30-SEP-2025,01-NOV-2025,0000000009,S000000009,1,TESLA INC,TESLA INC,88160R101,1000,NS,USD,"
    "400000,60,Long,EC,CORP,US,\n"
)
_ENTRIES = (
    "ACCESSION_NUMBER\tNAMEOFISSUER\tTITLEOFCLASS\tCUSIP\tVALUE\tSSHPRNAMT\n"
    "A-1\tTESLA INC\tCOM\t88160R101\t400000\t1000\n"
)
_PRICES = "Date,Close,Volume\n2025-11-18,401.25,1000000\n"
SOURCES = {
    "ark": ("ARKK_holdings.csv", _ARK, (), "loaded 2 equity positions, $650,000.00 as 2 holdings"),
    "nport": ("n.csv", _NPORT, (), "loaded 1 equity positions, $400,000.00 as 1 holdings"),
    "13f": ("INFO.tsv", _ENTRIES, ("--as-of", "2025-09-30", "--fund", "9"),
            "loaded 1 equity positions"),
    "prices": ("MSTR.csv", _PRICES, ("--replace",), "1 prices"),
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset under a plain name."""
    return api.init(tmp_path_factory.mktemp("plain") / "ds").path


@pytest.fixture(
    params=[*NAMES, *(pytest.param(name, marks=pytest.mark.slow) for name in RARER)], ids=repr
)
def odd(request: pytest.FixtureRequest, tmp_path: Path, plain: Path) -> Path:
    """A folder of that name with a dataset of the same name in it; beside it, under every name
    that the first would mean as a pattern, another whose answers differ."""
    name = str(request.param)
    if decoy := _DECOYS.get(name):
        for other in (tmp_path / decoy / name, tmp_path / name / decoy):
            shutil.copytree(plain, other)
            providers = pl.read_parquet(other / "providers.parquet", glob=False)
            providers.head(0).write_parquet(other / "providers.parquet")
    (tmp_path / name).mkdir(exist_ok=True)
    shutil.copytree(plain, tmp_path / name / name)
    return tmp_path / name


def tables(data: Path) -> dict[str, pl.DataFrame]:
    return {path.name: pl.read_parquet(path, glob=False, hive_partitioning=False)
            for path in data.glob("*.parquet")}  # fmt: skip


ASKED = [
    ("scenario", "--format", "json"), ("check",), ("tables", "marts.outflows"),
    ("query", "select count(*) as n from staging.providers", "--format", "csv"),
    ("query", "select sum(shares) as n from staging.holdings", "--format", "csv"),
    ("query", "select count(*) as n from staging.holdings", "--isolated", "--format", "csv"),
    ("screen", "--format", "csv"), ("explain", "MSTR", "--provider", "msci"),
    ("risk", "--probabilities", "0.5", "--draws", "100", "--format", "csv"), ("backtest",),
    ("calibrate", "--security", "MSTR", "--target", "msci=2.8bn"),
]  # fmt: skip


def told(run: Run, folder: Path) -> tuple[int, str]:
    out = run.out.replace(str(folder), "")
    return run.code, "\n".join(
        line for line in out.splitlines() if '"path"' not in line and "digest" not in line
    )


@pytest.fixture(scope="module")
def expected() -> dict[tuple[str, ...], tuple[int, str]]:
    """What each command says over the same dataset under a plain name."""
    return {}


def test_every_command_answers_as_under_a_plain_name(
    within: Callable[..., Run], odd: Path, plain: Path,
    expected: dict[tuple[str, ...], tuple[int, str]],
) -> None:  # fmt: skip
    for words in ASKED:
        data = ("--data",) if words[0] != "check" else ("--",)
        if words not in expected:
            expected[words] = told(within(*words, *data, plain), plain)
        run = within(*words, *data, f"./{odd.name}", cwd=odd)
        code, text = told(run, odd)
        code_expected, text_expected = expected[words]
        assert code == code_expected, (words, run.err)
        if words[0] != "scenario":  # answers name their dataset by its folder
            named = f"dataset {printable(odd.name)} ", f"dataset {plain.name} "
            assert text.replace(*named) == text_expected, (words, run.err)


@pytest.mark.parametrize("form", SOURCES)
def test_every_format_is_read_as_from_a_plain_name(
    within: Callable[..., Run], odd: Path, plain: Path, form: str, tmp_path: Path
) -> None:
    name, text, hints, expected_text = SOURCES[form]
    sources = {odd / name: text, odd / f"{odd.name.replace('/', '')} {name}": text}
    if form == "prices":
        sources = {odd / name: text}
    target = odd / odd.name
    for source, content in sources.items():
        source.write_text(content)
        if decoy := _DECOYS.get(odd.name):
            beside = tmp_path / decoy / source.name
            beside.parent.mkdir(exist_ok=True)
            beside.write_text(content.replace("1000", "7"))
        shutil.rmtree(target)
        shutil.copytree(plain, target)
        run = within("ingest", form, source, *hints, "--data", target, cwd=odd)
        assert run.code == 0, run.err
        assert expected_text in run.out
        shutil.rmtree(tmp_path / "same", ignore_errors=True)
        shutil.copytree(plain, tmp_path / "same")
        plainly = tmp_path / f"plainly-{form}" / source.name
        plainly.parent.mkdir(exist_ok=True)
        plainly.write_text(content)
        assert within("ingest", form, plainly, *hints, "--data", tmp_path / "same").code == 0
        ours, theirs = tables(target), tables(tmp_path / "same")
        assert ours.keys() == theirs.keys()
        for table in ours:
            assert ours[table].equals(theirs[table]), table


def test_outputs_land_where_they_are_told(within: Callable[..., Run], odd: Path) -> None:
    data = ("--data", odd / odd.name)
    for suffix in ("csv", "json", "parquet", "html", "md", "xlsx"):
        path = odd / f"{odd.name}.{suffix}"
        run = within("scenario", "-q", *data, "-o", path)
        assert (run.code, path.is_file()) == (0, True), run.err
    query = within("query", "select 1 as a", *data, "-o", odd / f"{odd.name}.txt", "--isolated")
    assert query.code == 0, query.err
    saved = odd / f"{odd.name}.duckdb"
    assert within("export-duckdb", saved, *data).code == 0
    assert saved.is_file()
    result = odd / f"{odd.name}.json"
    assert within("compare", result, result).code == 0
    again = odd / f"again {odd.name}"
    assert within("init", again).code == 0
    assert within("check", again).code == 0
    assert not [path for path in odd.iterdir() if path.name.startswith(".flowrisk")]
