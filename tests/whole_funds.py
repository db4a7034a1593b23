"""The whole funds among the real files, as weights under keys that the files have in common."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

ACTIVE = None
_ISHARES = (
    ("ishares/ACWI_holdings_2025-01-08_nopreamble.csv", "ACWI", "msci-acwi", date(2025, 1, 8)),
    ("ishares/IVV_holdings_2025-11-18.csv", "IVV", "sp-500", date(2025, 11, 18)),
    ("ishares/IWM_holdings_2025-05-13.csv", "IWM", "russell-2000", date(2025, 5, 13)),
    ("ishares/IWM_holdings_2026-04-10.csv", "IWM 2026", "russell-2000", date(2026, 4, 10)),
    ("ishares/IWV_holdings_2025-05-21.csv", "IWV", "russell-3000", date(2025, 5, 21)),
    ("ishares/URTH_holdings_2021-06_cusip_isin_sedol.csv", "URTH", "msci-world",
     date(2021, 6, 15)),
    ("ucits/SWDA_holdings_2025-08-29.csv", "SWDA", "msci-world", date(2025, 8, 29)),
)  # fmt: skip
_JUNE, _JULY, _AUGUST = date(2025, 6, 30), date(2025, 7, 31), date(2025, 8, 31)
_VANGUARD = {
    "VXF": ("sp-completion", _JUNE), "VUG": ("crsp-us-large-growth", _JUNE),
    "VV": ("crsp-us-large", _JUNE), "MGK": ("crsp-us-mega-growth", _JUNE),
    "VB": ("crsp-us-small", _JUNE), "VBK": ("crsp-us-small-growth", _JUNE),
    "VBR": ("crsp-us-small-value", _JUNE), "VTI": ("crsp-us-total-market", _JUNE),
    "VGT": ("msci-us-imi-it-2550", _AUGUST), "MGC": ("crsp-us-mega", _AUGUST),
    "ESGV": ("ftse-us-all-cap-choice", _AUGUST), "VCR": ("msci-us-imi-cd-2550", _AUGUST),
    "VOX": ("msci-us-imi-cs-2550", _AUGUST), "VXUS": ("ftse-global-all-cap-ex-us", _JULY),
}  # fmt: skip
# the CREF account turned from the Russell 3000 to the S&P 500 in 2025, and holds 512 stocks
_NPORT = (
    ("College_Retirement_Equities_Fund_-_Equity_Index_Account_2025q3", "CREF", "sp-500", _JUNE),
    ("College_Retirement_Equities_Fund_-_Social_Choice_Account_2025q3", "CREF choice", ACTIVE,
     _JUNE),
    ("Nuveen_Large_Cap_Value_Fund_2025q3", "Nuveen value", ACTIVE, _JULY),
    ("VANGUARD_TOTAL_INTERNATIONAL_STOCK_INDEX_FUND_2025q3", "VXUS filed",
     "ftse-global-all-cap-ex-us", _JULY),
    ("VANGUARD_TOTAL_STOCK_MARKET_INDEX_FUND_2025q3", "VTI filed", "crsp-us-total-market", _JUNE),
)  # fmt: skip


@dataclass(frozen=True)
class Fund:
    """One portfolio of one day; ``index_id`` is None where it tracks no index."""

    name: str
    index_id: str | None
    as_of_on: date
    values: dict[str, float]


def read(real: Path) -> list[Fund]:
    """Return every whole fund of the folder with at least 30 equity positions."""
    tickers = dict(pl.read_parquet(real / "mappings/edgartools_cusip_ticker_ct.pq").rows())
    found = [*_ishares(real), *_invesco(real, tickers), *_state_street(real),
             *_vanguard(real, tickers), *_nport(real, tickers), *_active(real)]  # fmt: skip
    return [fund for fund in found if len(fund.values) >= 30]


def _fund(
    name: str, index_id: str | None, day: date, pairs: Iterable[tuple[str | None, float]]
) -> Fund:
    values: defaultdict[str, float] = defaultdict(float)
    for key, value in pairs:
        if key and value > 0:
            values[key] += value
    return Fund(name, index_id, day, dict(values))


def _plain(text: str | None) -> str | None:
    return re.sub(r"[^A-Z0-9]", "", (text or "").upper()) or None


def _number(text: object) -> float:
    if isinstance(text, int | float):
        return float(text)
    cleaned = re.sub(r"[^0-9.eE+\-]", "", str(text or ""))
    return float(cleaned) if re.search(r"\d", cleaned) else 0.0


def _table(path: Path, head: str) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text[text.index(head) :])))


def _ishares(real: Path) -> Iterator[Fund]:
    for name, fund, index_id, day in _ISHARES:
        rows = [row for row in _table(real / name, "Ticker,") if row["Asset Class"] == "Equity"]
        yield _fund(fund, index_id, day, (
            ((_plain(row["Ticker"]) or "-")
             + ("" if row["Location"] == "United States" else "." + row["Exchange"][:9]),
             _number(row["Market Value"]))
            for row in rows
        ))  # fmt: skip


def _invesco(real: Path, tickers: dict[str, str]) -> Iterator[Fund]:
    for day in (24, 26):
        rows = _table(real / f"invesco/QQQ_holdings_2025-09-{day}.csv", "Fund Ticker")
        yield _fund(f"QQQ {day}", "nasdaq-100", date(2025, 9, day), (
            (_plain(tickers.get(row["Security Identifier"], row["Holding Ticker"])),
             _number(row["MarketValue"]))
            for row in rows
        ))  # fmt: skip


def _state_street(real: Path) -> Iterator[Fund]:
    import fastexcel

    for name, fund, index_id, day in (
        ("spy_2025-11-18", "SPY", "sp-500", date(2025, 11, 18)),
        ("xbi_2025-02", "XBI", "sp-biotechnology", date(2025, 2, 3)),
    ):
        path = real / f"state-street/holdings-daily-us-en-{name}.xlsx"
        rows = fastexcel.read_excel(path).load_sheet(0, header_row=4).to_polars().to_dicts()
        yield _fund(fund, index_id, day, (
            (_plain(row["Ticker"]), _number(row["Weight"])) for row in rows
        ))  # fmt: skip


def _vanguard(real: Path, tickers: dict[str, str]) -> Iterator[Fund]:
    for name, (index_id, day) in _VANGUARD.items():
        path = real / f"vanguard/vanguard_nport_weights_{name}.json"
        rows = [r for r in json.loads(path.read_text())["components"] if r["id_type"] == "isin"]
        yield _fund(name, index_id, day, (
            (_plain(row["name"] if name == "VXUS"
                    else tickers.get(row["id"][2:11], row["id"])), row["weight"])
            for row in rows
        ))  # fmt: skip
    place = real / "vanguard/vtsax_holdings_2025-06-30.sqlite"
    store = sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True)
    yield _fund("VTSAX", "crsp-us-total-market", _JUNE, (
        (_plain(ticker), value or 0.0)
        for ticker, value in store.execute("select ticker, market_value from holdings")
    ))  # fmt: skip
    store.close()
    rows = _table(real / "vanguard/stockanalysis_VTI_collected_2026-04-13.csv", ",etf_ticker")
    yield _fund("VTI 2026", "crsp-us-total-market", date(2026, 2, 27), (
        (_plain(row["symbol"]), _number(row["shares_value_num"])) for row in rows
    ))  # fmt: skip


def _nport(real: Path, tickers: dict[str, str]) -> Iterator[Fund]:
    for name, fund, index_id, day in _NPORT:
        rows = _table(real / f"nport-csv/{name}.csv", "ACCESSION_NUMBER")
        yield _fund(fund, index_id, day, (
            (_plain(row["ISSUER_NAME"] if fund == "VXUS filed"
                    else tickers.get(row["ISSUER_CUSIP"], row["ISSUER_NAME"])),
             _number(row["CURRENCY_VALUE"]))
            for row in rows if row["ASSET_CAT"] == "EC"
        ))  # fmt: skip


def _active(real: Path) -> Iterator[Fund]:
    rows = _table(real / "ark/ARKK_holdings_2026-08-18.csv", "date,")
    yield _fund("ARKK", ACTIVE, date(2026, 8, 18), (
        (_plain(row["ticker"]), _number(row["market value ($)"])) for row in rows
    ))  # fmt: skip
    filed: defaultdict[str, list[tuple[str | None, float]]] = defaultdict(list)
    with (real / "nport-tsv/holding_part_092.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            key = _plain(row["ISSUER_LEI"] or row["ISSUER_NAME"])
            filed[row["ACCESSION_NUMBER"]].append((key, _number(row["PERCENTAGE"])))
    for accession, pairs in filed.items():
        if 95 < sum(weight for _, weight in pairs) < 106:
            yield _fund(accession, ACTIVE, date(2026, 1, 31), pairs)
