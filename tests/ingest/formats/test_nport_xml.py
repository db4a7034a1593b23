from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.formats import nport_xml
from flowrisk.ingest.readers.parsed import Hints, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<edgarSubmission xmlns="http://www.sec.gov/edgar/nport" xmlns:com="http://www.sec.gov/edgar/common">
<headerData><submissionType>{form}</submissionType><filerInfo><liveTestFlag>LIVE</liveTestFlag>
<invstCompanyType>N-1A</invstCompanyType></filerInfo></headerData>
<formData><genInfo><regName>Invented Trust</regName><regCik>0000012345</regCik>
<seriesName>Invented Index Fund</seriesName><seriesId>{series}</seriesId>
<repPdEnd>2025-12-31</repPdEnd><repPdDate>{day}</repPdDate></genInfo>
<fundInfo><netAssets>{assets}</netAssets></fundInfo><invstOrSecs>"""
TAIL = "</invstOrSecs></formData></edgarSubmission>"


def holding(name: str = "ALPHA INC", extra: str = "", **changed: str) -> str:
    fields = {
        "cusip": "594972408",
        "balance": "100",
        "units": "NS",
        "valUSD": "2000.5",
        "pctVal": "50",
        "payoffProfile": "Long",
        "assetCat": "EC",
        "issuerCat": "CORP",
        "invCountry": "US",
        **changed,
    }
    body = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items() if value)
    lei = "<lei>549300WQTWEJUEHXQX21</lei><title>COM</title>"
    return f"<invstOrSec><name>{name}</name>{lei}{body}{extra}</invstOrSec>"


def filing(
    *holdings: str,
    form: str = "NPORT-P",
    series: str = "S000000001",
    day: str = "2025-06-30",
    assets: str = "4001.0",
) -> str:
    head = HEAD.format(form=form, series=series, day=day, assets=assets)
    return head + "".join(holdings or (holding(), holding("BETA INC"))) + TAIL


def test_the_day_is_the_report_date_and_the_fund_the_series(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    parsed = nport_xml.read(write("primary_doc.xml", filing()), Hints())
    report = parsed.reports.row(0, named=True)
    assert (report["fund_id"], report["series_id"]) == ("S000000001", "S000000001")
    assert (report["fund_name"], report["manager_name"]) == (
        "Invented Index Fund",
        "Invented Trust",
    )
    assert (report["as_of_on"], report["is_amendment"]) == (date(2025, 6, 30), False)
    assert (report["net_assets_usd"], report["holdings_scope"]) == (4001.0, "full")
    found = row(parsed, issuer_name="ALPHA INC")
    assert (found["cusip"], found["lei"]) == ("594972408", "549300WQTWEJUEHXQX21")
    assert (found["shares"], found["market_value_usd"], found["weight_ratio"]) == (100, 2000.5, 0.5)
    assert (found["kind"], found["country"], found["row_number"]) == ("equity", "US", 1)


def test_an_amendment_says_so(write: Callable[..., Path]) -> None:
    parsed = nport_xml.read(write("a.xml", filing(form="NPORT-P/A")), Hints())
    assert parsed.reports["is_amendment"].to_list() == [True]


@pytest.mark.parametrize("series", ["", "N/A"])
def test_without_a_series_the_registrant_is_the_fund(
    write: Callable[..., Path], series: Any
) -> None:
    parsed = nport_xml.read(write("a.xml", filing(series=series)), Hints())
    assert parsed.reports.select("fund_id", "series_id").rows() == [("0000012345", None)]


def test_without_series_and_registrant_it_is_the_accession_and_said(
    write: Callable[..., Path],
) -> None:
    text = filing(series="").replace("<regCik>0000012345</regCik>", "")
    parsed = nport_xml.read(write("0001234567-25-000001.xml", text), Hints())
    assert parsed.reports["fund_id"].to_list() == ["accession:0001234567-25-000001"]
    assert any("--fund" in note for note in parsed.notes)
    hinted = nport_xml.read(write("b.xml", text), Hints(fund_id="QQX"))
    assert hinted.positions["fund_id"].unique().to_list() == ["QQX"]


def test_without_a_day_the_hint_is_needed(write: Callable[..., Path], hints: Hints) -> None:
    path = write("a.xml", filing(day=""))
    assert nport_xml.read(path, hints).reports["as_of_on"].to_list() == [date(2025, 6, 30)]
    with pytest.raises(DataError, match="which day"):
        nport_xml.read(path, Hints())


NESTED = (
    "<derivativeInfo><swapDeriv><descRefInstrmnt><otherRefInst><assetCat>EC</assetCat>"
    "<units>NS</units><payoffProfile>Long</payoffProfile></otherRefInst></descRefInstrmnt>"
    "</swapDeriv></derivativeInfo>"
)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (holding(), "equity"),
        (holding(balance="-100", payoffProfile="Short"), "short"),
        (holding(payoffProfile="Short"), "short"),
        (holding(balance="-100"), "short"),
        (holding(assetCat="EP"), "preferred"),
        (holding(issuerCat="RF"), "fund"),
        (holding(name="Vanguard Total Stock Market Index Fund"), "fund"),
        (holding(assetCat="STIV"), "fund"),
        (holding(assetCat="DBT", units="PA"), "debt"),
        (holding(assetCat="ABS-MBS", units="PA"), "debt"),
        (holding(assetCat="DE", units="NC", payoffProfile="N/A"), "derivative"),
        (holding(extra=NESTED), "derivative"),
        (holding(assetCat="", units="NC", payoffProfile="N/A", extra=NESTED), "derivative"),
        (holding(units="PA"), "other"),
        (holding(payoffProfile="N/A"), "other"),
        (holding(assetCat="RA", units="PA"), "cash"),
        (
            holding(assetCat="", extra='<assetConditional assetCat="OTHER" desc="x"/>'),
            "other",
        ),
        (holding(name="ALPHA INC RIGHTS EXP 2026"), "derivative"),
    ],
)
def test_only_long_common_shares_are_equity(
    write: Callable[..., Path], made: Any, kind: Any
) -> None:
    parsed = nport_xml.read(write("a.xml", filing(made)), Hints())
    assert parsed.positions["kind"].to_list() == [kind]


def test_elements_of_nested_derivatives_are_not_taken_for_the_holding(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    nested = NESTED.replace("<units>", "<name>INNER</name><cusip>037833100</cusip><units>")
    made = holding(cusip="000000000", balance="1", extra=nested)
    found = row(nport_xml.read(write("a.xml", filing(made)), Hints()))
    assert (found["issuer_name"], found["cusip"], found["shares"]) == ("ALPHA INC", None, 1)


def test_isin_ticker_and_other_identifiers_stand_side_by_side(
    write: Callable[..., Path], row: Callable[..., dict[str, Any]]
) -> None:
    group = (
        '<identifiers><isin value="US5949724083"/><ticker value="MSTR"/>'
        '<other otherDesc="x" value="y"/></identifiers>'
    )
    found = row(nport_xml.read(write("a.xml", filing(holding(cusip="N/A", extra=group))), Hints()))
    assert (found["isin"], found["ticker"], found["cusip"]) == ("US5949724083", "MSTR", None)


def test_a_filing_without_holdings_is_a_full_report_of_nothing(write: Callable[..., Path]) -> None:
    head, tail = filing().split("<invstOrSecs>")
    text = head + tail.partition("</invstOrSecs>")[2]
    parsed = nport_xml.read(write("a.xml", text), Hints())
    assert parsed.reports["holdings_scope"].to_list() == ["full"]
    assert parsed.positions.is_empty()


def test_a_balance_that_is_no_number_is_refused(write: Callable[..., Path]) -> None:
    parsed = nport_xml.read(write("a.xml", filing(holding(), holding(balance="many"))), Hints())
    assert parsed.rejects.rows() == [(2, "shares_not_a_number", "many", "ALPHA INC")]
    assert parsed.positions.height == 1


def test_a_filing_trimmed_to_a_few_rows_is_an_excerpt(write: Callable[..., Path]) -> None:
    parsed = nport_xml.read(write("a.xml", filing(holding(pctVal="0.5"))), Hints())
    assert parsed.reports["holdings_scope"].to_list() == ["excerpt"]


def test_a_full_submission_gives_accession_and_filing_day(write: Callable[..., Path]) -> None:
    text = (
        "<SEC-DOCUMENT>0001234567-25-000009.txt : 20250829\n<SEC-HEADER>\n"
        "ACCESSION NUMBER:\t\t0001234567-25-000009\nFILED AS OF DATE:\t\t20250829\n</SEC-HEADER>\n"
        f"<DOCUMENT>\n<TYPE>NPORT-P\n<TEXT>\n<XML>\n{filing()}\n</XML>\n</TEXT>\n</DOCUMENT>\n"
    )
    parsed = nport_xml.read(write("a.txt", text), Hints())
    assert parsed.reports.select("accession", "published_on").rows() == [
        ("0001234567-25-000009", date(2025, 8, 29))
    ]
    assert parsed.positions.height == 2


@pytest.mark.parametrize("before", ["\n", "\ufeff", "\r\n  "])
def test_blanks_before_the_declaration_are_forgiven(
    write: Callable[..., Path], before: Any
) -> None:
    assert nport_xml.read(write("a.xml", before + filing()), Hints()).positions.height == 2


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">'
    '<!ENTITY lol3 "&lol2;&lol2;&lol2;">]>'
)


@pytest.mark.parametrize(
    "declaration",
    [LAUGHS, '<!DOCTYPE x SYSTEM "file:///etc/passwd">', "<!doctype x>"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_are_refused(
    write: Callable[..., Path], declaration: Any, encoding: Any
) -> None:
    text = filing().replace('encoding="UTF-8"?>', f'encoding="UTF-8"?>{declaration}')
    with pytest.raises(DataError, match="declares a document type"):
        nport_xml.read(write("a.xml", text, encoding), Hints())


def test_endless_nesting_and_cut_files_are_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="nests deeper"):
        nport_xml.read(write("a.xml", "<a>" * 100_000), Hints())
    with pytest.raises(DataError, match="damaged or cut off"):
        nport_xml.read(write("b.xml", filing()[:-200]), Hints())


def test_another_form_is_named_by_its_root(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="no Form N-PORT") as refusal:
        nport_xml.read(write("a.xml", "<informationTable><infoTable/></informationTable>"), Hints())
    assert refusal.value.facts["root"] == "informationTable"


@pytest.mark.real
def test_goldman_itemises_nine_shorts(real_files: Callable[[str], Path]) -> None:
    path = real_files("nport-xml/goldman_sachs_bond_fund_2023-03-31_NPORT-P.xml")
    parsed = nport_xml.read(path, Hints())
    shorts = parsed.positions.filter(kind="short")
    assert parsed.positions.height == 1685
    assert shorts.height == 9
    assert shorts.filter((pl.col("shares") < 0) & (pl.col("market_value_usd") < 0)).height == 9
    assert parsed.positions.filter(kind="equity").is_empty()
    assert parsed.positions.filter(kind="derivative").height == 774
    assert parsed.positions["weight_ratio"].sum() == pytest.approx(1.039, abs=0.001)
    assert parsed.reports["net_assets_usd"].to_list() == [361898455.93]


@pytest.mark.real
def test_a_liquidated_fund_reports_nothing(real_files: Callable[[str], Path]) -> None:
    path = real_files("nport-xml/ast_bond_2022_2022-12-30_NPORT-P_zero_holdings.xml")
    parsed = nport_xml.read(path, Hints())
    assert parsed.positions.is_empty()
    assert parsed.reports.select("fund_id", "as_of_on", "holdings_scope").rows() == [
        ("S000030880", date(2022, 12, 30), "full")
    ]


@pytest.mark.real
def test_extreme_net_assets_are_kept(real_files: Callable[[str], Path]) -> None:
    parsed = nport_xml.read(real_files("nport-xml/sec_test_sample_3.xml"), Hints())
    assert parsed.reports["net_assets_usd"].to_list() == [-1.2345678901234568e23]
    assert parsed.positions["kind"].to_list() == ["derivative"]
    assert parsed.positions.select("isin", "cusip").rows() == [(None, None)]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "kinds_expected"),
    [
        ("dupree_kentucky_2022-12-31_NPORT-P.xml", {"debt": 55}),
        ("pimco_income_2026-03-31_NPORT-P_trimmed12.xml", {"derivative": 11, "equity": 1}),
        ("sec_test_sample_1.xml", {"equity": 1}),
        ("sec_test_sample_2.xml", {"equity": 1}),
    ],
)
def test_real_filings_by_kind(
    real_files: Callable[[str], Path],
    kinds: Callable[[Parsed], dict[str, int]],
    name: Any,
    kinds_expected: Any,
) -> None:
    assert kinds(nport_xml.read(real_files(f"nport-xml/{name}"), Hints())) == kinds_expected
