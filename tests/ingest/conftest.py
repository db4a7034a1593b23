from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from paths import ROOT

from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def real_files(real_file: Callable[[str], Path]) -> Callable[[str], Path]:
    return real_file


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def written(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return written


@pytest.fixture
def hints() -> Hints:
    return Hints(as_of_on=date(2025, 6, 30))


@pytest.fixture
def row() -> Callable[..., dict[str, Any]]:
    """The only position of a file that matches, as a dict."""

    def found(parsed: Parsed, **wanted: str) -> dict[str, Any]:
        rows = parsed.positions.lazy().filter(**wanted).collect().to_dicts()
        assert len(rows) == 1, rows
        return rows[0]

    return found


@pytest.fixture
def kinds() -> Callable[[Parsed], dict[str, int]]:
    def counted(parsed: Parsed) -> dict[str, int]:
        frame = parsed.positions.lazy().group_by("kind").agg(pl.len()).collect()
        return dict(sorted(frame.rows()))

    return counted


_NPORT = {
    "SUBMISSION": {
        "ACCESSION_NUMBER": "0000000001-25-000001", "FILING_DATE": "28-AUG-2025", "FILE_NUM": "",
        "SUB_TYPE": "NPORT-P", "REPORT_ENDING_PERIOD": "31-DEC-2025", "REPORT_DATE": "30-JUN-2025",
        "IS_LAST_FILING": "N",
    },
    "REGISTRANT": {
        "ACCESSION_NUMBER": "0000000001-25-000001", "CIK": "0000000001",
        "REGISTRANT_NAME": "Some Trust", "LEI": "N/A",
    },
    "FUND_REPORTED_INFO": {
        "ACCESSION_NUMBER": "0000000001-25-000001", "SERIES_NAME": "Some Fund",
        "SERIES_ID": "S000000001", "NET_ASSETS": "1000000.50",
    },
    "FUND_REPORTED_HOLDING": {
        "ACCESSION_NUMBER": "0000000001-25-000001", "HOLDING_ID": "1",
        "ISSUER_NAME": "MicroStrategy Inc", "ISSUER_LEI": "N/A",
        "ISSUER_TITLE": "MICROSTRATEGY INC",
        "ISSUER_CUSIP": "594972408", "BALANCE": "100", "UNIT": "NS", "OTHER_UNIT_DESC": "",
        "CURRENCY_CODE": "USD", "CURRENCY_VALUE": "40423", "EXCHANGE_RATE": "", "PERCENTAGE": "100",
        "PAYOFF_PROFILE": "Long", "ASSET_CAT": "EC", "OTHER_ASSET": "", "ISSUER_TYPE": "CORP",
        "OTHER_ISSUER": "", "INVESTMENT_COUNTRY": "US", "IS_RESTRICTED_SECURITY": "N",
        "FAIR_VALUE_LEVEL": "1", "DERIVATIVE_CAT": "",
    },
    "IDENTIFIERS": {
        "HOLDING_ID": "1", "IDENTIFIERS_ID": "1", "IDENTIFIER_ISIN": "N/A",
        "IDENTIFIER_TICKER": "N/A", "OTHER_IDENTIFIER": "", "OTHER_IDENTIFIER_DESC": "",
    },
}  # fmt: skip


@pytest.fixture
def quarter(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder of N-PORT tables: rows by table, each column else as in a plain filing."""

    def written(name: str, /, **tables: list[dict[str, str]] | None) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        filings = [row.get("ACCESSION_NUMBER", "") for row in tables.get("SUBMISSION") or [{}]]
        for table, plain in _NPORT.items():
            rows = tables.get(table, [{}])
            if rows is None:
                continue
            if table in {"REGISTRANT", "FUND_REPORTED_INFO"} and table not in tables:
                rows = [{"ACCESSION_NUMBER": filing} if filing else {} for filing in filings]
            lines = ["\t".join(plain), *("\t".join({**plain, **row}.values()) for row in rows)]
            (folder / f"{table}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return written


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A copy of the bundled sample to write to."""
    folder = tmp_path / "dataset"
    shutil.copytree(ROOT / "sample_data", folder)
    return folder


@pytest.fixture
def positions_of(lake: Path) -> Callable[..., dict[Any, float]]:
    """The shares a fund holds on a day in the dataset, by security, listed reports only."""

    def held(fund_id: str, as_of_on: date) -> dict[Any, float]:
        reports = pl.read_parquet(lake / "fund_reports.parquet")
        holdings = pl.read_parquet(lake / "holdings/as_of_month=*/*.parquet")
        wanted = holdings.filter(fund_id=fund_id, as_of_on=as_of_on).join(
            reports, on=["fund_id", "as_of_on"], how="semi"
        )
        assert wanted["security_id"].is_unique().all()
        return dict(wanted.select("security_id", "shares").rows())

    return held
