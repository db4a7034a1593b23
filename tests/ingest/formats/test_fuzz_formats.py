"""Whatever lies in a file, a parser returns a Parsed or raises a FlowriskError, and soon."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowrisk.errors import FlowriskError
from flowrisk.ingest.formats import (
    ark,
    invesco,
    ishares,
    nport_xml,
    prices,
    state_street,
    thirteen_f,
)
from flowrisk.ingest.readers.parsed import KINDS, Hints, Parsed

ISHARES = (
    'iShares Invented ETF\nFund Holdings as of,"Nov 18, 2025"\n\u00a0\n'
    "Ticker,Name,Sector,Asset Class,Market Value,Weight (%),Shares,Price,Location,Exchange,"
    "Currency,Market Currency\n"
    '"ABC","ABC CORP","IT","Equity","1,000.00","60.00","100.00","10.00","United States","NASDAQ",'
    '"USD","USD"\n'
    '"DEF","DEF CORP","IT","Equity","500.00","40.00","50.00","10.00","Japan",'
    '"Tokyo Stock Exchange","USD","JPY"\n\u00a0\n"Prose, at the end of it."\n'
)
INVESCO = (
    "Fund Ticker,Security Identifier,Holding Ticker,Shares/Par Value,MarketValue,Weight,Name,"
    "Class of Shares,Sector,Date\n"
    'QQX,037833100,AAPL ,"1,000","250,000.50",60.5,Apple Inc,Common Stock,IT,09/26/2025\n'
    "QQX,G39387108,GFS ,10,300,39.5,GlobalFoundries,Common Stock,IT,09/26/2025\n"
)
ARK = (
    'date,fund,company,ticker,cusip,shares,"market value ($)","weight (%)"\n'
    '10/28/2021,ARKX,"TESLA INC",TSLA,88160R101,"556,549","$577,619,945.14",100.00%\n'
    '"The principal risks of investing include market risk."\n'
)
NPORT = (
    '<?xml version="1.0"?><edgarSubmission xmlns="http://www.sec.gov/edgar/nport"><headerData>'
    "<submissionType>NPORT-P</submissionType></headerData><formData><genInfo><regName>T</regName>"
    "<regCik>0000012345</regCik><seriesId>S000000001</seriesId><repPdDate>2025-06-30</repPdDate>"
    "</genInfo><fundInfo><netAssets>4001.0</netAssets></fundInfo><invstOrSecs><invstOrSec>"
    "<name>ALPHA</name><cusip>037833100</cusip><balance>100</balance><units>NS</units>"
    "<valUSD>2000.5</valUSD><pctVal>99</pctVal><payoffProfile>Long</payoffProfile>"
    "<assetCat>EC</assetCat></invstOrSec></invstOrSecs></formData></edgarSubmission>"
)
TABLE_13F = (
    "<SUBMISSION><ACCESSION-NUMBER>0001234567-25-000001<FILING-DATE>20250214<CIK>0000123456"
    '<DOCUMENT><TEXT><XML><n1:informationTable xmlns:n1="x"><n1:infoTable><n1:nameOfIssuer>A'
    "</n1:nameOfIssuer><n1:cusip>037833100</n1:cusip><n1:value>5</n1:value><n1:shrsOrPrnAmt>"
    "<n1:sshPrnamt>5</n1:sshPrnamt></n1:shrsOrPrnAmt></n1:infoTable></n1:informationTable>"
    "</XML></TEXT></DOCUMENT></SUBMISSION>"
)
TSV_13F = (
    "ACCESSION_NUMBER\tNAMEOFISSUER\tTITLEOFCLASS\tCUSIP\tVALUE\tSSHPRNAMT\n"
    "A-1\tAPPLE INC\tCOM\t037833100\t250\t1\nA-2\tOTHER INC\tCOM\t88160R101\t250\t10\n"
)
PRICES_CSV = "Date,Open,High,Low,Close,Adj Close,Volume\n2025-06-02,10,11,9,10.5,9.9,1000\n"
PRICES_JSON = json.dumps(
    {"ticker": "ABC", "prices": [{"date": "2025-06-02", "close": 10.5, "volume": 1000}]}
)


def workbook() -> bytes:
    buffer = io.BytesIO()
    rows = [["Holdings:", "As of 30-Sep-2025"], [], ["Name", "Ticker", "Weight", "Shares Held"],
            ["APPLE INC", "AAPL", 60.0, 100], ["OTHER INC", "OTH", 40.0, "1,000"]]  # fmt: skip
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("holdings")
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return buffer.getvalue()


FORMATS = {
    "ishares": (ishares, "X_holdings.csv", ISHARES.encode()),
    "invesco": (invesco, "a.csv", INVESCO.encode()),
    "ark": (ark, "a.csv", ARK.encode()),
    "state_street": (state_street, "a.xlsx", workbook()),
    "nport_xml": (nport_xml, "a.xml", NPORT.encode()),
    "thirteen_f": (thirteen_f, "a.nc", TABLE_13F.encode()),
    "thirteen_f_tables": (thirteen_f, "INFOTABLE.tsv", TSV_13F.encode()),
    "prices_csv": (prices, "ABC.csv", PRICES_CSV.encode()),
    "prices_json": (prices, "ABC.json", PRICES_JSON.encode()),
}
HINTS = Hints(as_of_on=date(2025, 6, 30))
BOUNDED = settings(
    max_examples=60,
    deadline=timedelta(seconds=3),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
every_format = pytest.mark.parametrize("name", sorted(FORMATS))


def outcome(name: str, content: bytes) -> int | FlowriskError:
    module, file_name, _ = FORMATS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file_name
        path.write_bytes(content)
        try:
            parsed = module.read(path, HINTS)
            positions = parsed.positions.lazy().collect()
            count = positions.height + parsed.managers.lazy().collect().height
        except FlowriskError as refusal:
            return refusal
    assert isinstance(parsed, Parsed)
    assert set(positions["kind"]) <= set(KINDS)
    numbers = positions.select("shares", "market_value_usd", "weight_ratio")
    assert numbers.select(pl.all().is_finite().all()).row(0) == (True, True, True)
    return count + parsed.prices.height


@every_format
def test_the_file_before_mutation_is_read(name: Any) -> None:
    expected = {"ark": 1, "nport_xml": 1, "thirteen_f": 1, "prices_csv": 1, "prices_json": 1}
    assert outcome(name, FORMATS[name][2]) == expected.get(name, 2)


@every_format
@BOUNDED
@given(data=st.data())
def test_cut_anywhere(name: Any, data: st.DataObject) -> None:
    content = FORMATS[name][2]
    outcome(name, content[: data.draw(st.integers(0, len(content)))])


@every_format
@BOUNDED
@given(data=st.data())
def test_bytes_put_anywhere(name: Any, data: st.DataObject) -> None:
    content = FORMATS[name][2]
    at = data.draw(st.integers(0, len(content)))
    put = data.draw(
        st.one_of(
            st.binary(min_size=1, max_size=12),
            st.sampled_from(
                [b"\x00", b'"', b"\n", b",", b"<", b"&", b"<!DOCTYPE a>", b"\xff\xfe", b"1e999",
                 b"-", b"9" * 400, b"\r", "\u00a0".encode(), b"NaN", b"]]>", b"{", b"[" * 2000]
            ),
        )
    )  # fmt: skip
    replaced = data.draw(st.integers(0, 8))
    outcome(name, content[:at] + put + content[at + replaced :])


@every_format
@BOUNDED
@given(data=st.data())
def test_columns_and_lines_swapped(name: Any, data: st.DataObject) -> None:
    content = FORMATS[name][2]
    parts = content.split(data.draw(st.sampled_from([b",", b"\n", b"<", b'"', b"\t"])))
    if len(parts) > 1:
        places = st.integers(0, len(parts) - 1)
        one, other = data.draw(places), data.draw(places)
        parts[one], parts[other] = parts[other], parts[one]
    outcome(name, b",".join(parts))


@every_format
@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "latin-1", "cp037"]
)
def test_any_encoding(name: Any, encoding: Any) -> None:
    content = FORMATS[name][2]
    if not content.startswith(b"PK"):
        outcome(name, content.decode().encode(encoding, errors="replace"))


@every_format
@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"\x00" * 64, b"<html><body>not found</body></html>", b"PK\x03\x04", b"{}", b"[]",
     b'{"a":' * 5000, b"[" * 100_000, b'"' * 10_000, b"<a>" * 50_000, b"a,b\n" * 5000,
     b"%PDF-1.4", b"null", b"123", b'[{"date": 1, "close": ' + b"9" * 5000 + b"}]"],
)  # fmt: skip
def test_what_is_of_no_format_is_refused(name: Any, content: Any) -> None:
    refusal = outcome(name, content)
    assert isinstance(refusal, FlowriskError)
    assert len(str(refusal)) < 3000


@every_format
@pytest.mark.parametrize("factor", [1000, 10**30, 10**300])
def test_numbers_grown_beyond_reason_stay_finite_or_are_refused(name: Any, factor: Any) -> None:
    content = FORMATS[name][2]
    for number in (b"100.00", b"556,549", b"<balance>100", b"sshPrnamt>5", b",1000", b": 1000"):
        grown = number + str(factor).encode()[1:]
        outcome(name, content.replace(number, grown))


@every_format
@BOUNDED
@given(content=st.binary(max_size=400))
def test_noise_is_refused(name: Any, content: Any) -> None:
    assert isinstance(outcome(name, content), FlowriskError)
