from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flowrisk.errors import DataError
from flowrisk.ingest.formats import thirteen_f
from flowrisk.ingest.readers.parsed import Hints

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAMESPACE = "http://www.sec.gov/edgar/document/thirteenf/informationtable"
AMENDED = "<amendmentInfo><amendmentType>{}</amendmentType></amendmentInfo>"
QUARTER = Hints(as_of_on=date(2024, 12, 31))


def entry(
    prefix: str = "",
    name: str = "STRATEGY INC",
    title: str = "CL A NEW",
    cusip: str = "594972408",
    shares: str = "10",
    unit: str = "SH",
    option: str = "",
) -> str:
    p = prefix
    put_call = f"<{p}putCall>{option}</{p}putCall>" if option else ""
    return (
        f"<{p}infoTable><{p}nameOfIssuer>{name}</{p}nameOfIssuer>"
        f"<{p}titleOfClass>{title}</{p}titleOfClass><{p}cusip>{cusip}</{p}cusip>"
        f"<{p}value>2896</{p}value><{p}shrsOrPrnAmt><{p}sshPrnamt>{shares}</{p}sshPrnamt>"
        f"<{p}sshPrnamtType>{unit}</{p}sshPrnamtType></{p}shrsOrPrnAmt>{put_call}"
        f"<{p}votingAuthority><{p}Sole>7</{p}Sole></{p}votingAuthority></{p}infoTable>"
    )


def table(*entries: str, prefix: str = "") -> str:
    declared = f'xmlns:{prefix.rstrip(":")}="{NAMESPACE}"' if prefix else f'xmlns="{NAMESPACE}"'
    body = "".join(entries or (entry(prefix),))
    return f"<{prefix}informationTable {declared}>{body}</{prefix}informationTable>"


def cover(
    amendment: str = "", count: str = "1", total: str = "2896", kind: str = "13F HOLDINGS REPORT"
) -> str:
    return (
        '<edgarSubmission xmlns="http://www.sec.gov/edgar/thirteenffiler"><headerData><filerInfo>'
        "<filer><credentials><cik>0000123456</cik></credentials></filer>"
        "<periodOfReport>12-31-2024</periodOfReport></filerInfo></headerData><formData><coverPage>"
        f"<reportCalendarOrQuarter>12-31-2024</reportCalendarOrQuarter>{amendment}"
        "<filingManager><name>INVENTED CAPITAL LLC</name></filingManager>"
        f"<reportType>{kind}</reportType></coverPage><summaryPage>"
        f"<tableEntryTotal>{count}</tableEntryTotal><tableValueTotal>{total}</tableValueTotal>"
        "</summaryPage></formData></edgarSubmission>"
    )


def submission(*documents: str, filed: str = "20250214") -> str:
    inner = "".join(f"<DOCUMENT><TEXT><XML>{d}</XML></TEXT></DOCUMENT>" for d in documents)
    head = f"<ACCESSION-NUMBER>0001234567-25-000001<TYPE>13F-HR<FILING-DATE>{filed}<CIK>0000123456"
    return f"<SUBMISSION>{head}{inner}</SUBMISSION>"


@pytest.mark.parametrize("prefix", ["", "ns1:", "n1:"])
def test_any_namespace_prefix_is_read(write: Callable[..., Path], prefix: Any) -> None:
    parsed = thirteen_f.read(write("a.xml", table(prefix=prefix)), QUARTER)
    found = parsed.managers.row(0, named=True)
    assert (found["cusip"], found["shares"], found["kind"]) == ("594972408", 10, "equity")
    assert parsed.positions.is_empty()
    assert parsed.reports.is_empty()


def test_a_submission_says_manager_quarter_and_unit(write: Callable[..., Path]) -> None:
    parsed = thirteen_f.read(write("a.nc", submission(cover(), table())), Hints())
    found = parsed.managers.row(0, named=True)
    assert (found["manager_id"], found["manager_name"]) == ("0000123456", "INVENTED CAPITAL LLC")
    assert (found["as_of_on"], found["published_on"]) == (date(2024, 12, 31), date(2025, 2, 14))
    assert (found["accession"], found["amendment_type"]) == ("0001234567-25-000001", None)
    assert (found["value_filed"], found["value_unit"], found["market_value_usd"]) == (
        2896,
        "usd",
        2896,
    )
    assert parsed.notes == ()


@pytest.mark.parametrize(
    ("filed", "unit"),
    [("20230102", "thousand_usd"), ("20230103", "usd"), ("20211115", "thousand_usd")],
)
def test_the_filing_day_decides_the_unit_and_nothing_is_rescaled(
    write: Callable[..., Path], filed: Any, unit: Any
) -> None:
    parsed = thirteen_f.read(write("a.txt", submission(cover(), table(), filed=filed)), Hints())
    found = parsed.managers.row(0, named=True)
    assert (found["value_filed"], found["value_unit"]) == (2896, unit)
    assert found["market_value_usd"] == (2896 if unit == "usd" else None)
    assert any("not rescaled" in note for note in parsed.notes) == (unit != "usd")


def test_without_a_filing_day_the_unit_is_unknown_and_said(write: Callable[..., Path]) -> None:
    parsed = thirteen_f.read(write("a.xml", table()), QUARTER)
    found = parsed.managers.row(0, named=True)
    assert (found["value_filed"], found["value_unit"], found["market_value_usd"]) == (
        2896,
        None,
        None,
    )
    assert any("filing date is not known" in note for note in parsed.notes)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (entry(), "equity"),
        (entry(option="Call"), "derivative"),
        (entry(option="Put"), "derivative"),
        (entry(unit="PRN", title="NOTE 0.625% 9/1"), "debt"),
        (entry(title="8% PFD SER A PERP"), "preferred"),
        (entry(title="PERP STK"), "preferred"),
        (entry(title="*W EXP 12/31/202"), "derivative"),
        (entry(name="ISHARES TR", title="CORE S&amp;P500 ETF"), "fund"),
        (entry(name="VANGUARD INDEX FDS", title="TOTAL STK MKT"), "fund"),
        (entry(name="CVR ENERGY INC", title="COM"), "equity"),
    ],
)
def test_options_notes_and_preferreds_are_no_shares(
    write: Callable[..., Path], made: Any, kind: Any
) -> None:
    parsed = thirteen_f.read(write("a.xml", table(made)), QUARTER)
    assert parsed.managers["kind"].to_list() == [kind]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        (
            "<isAmendment>true</isAmendment>" + AMENDED.format("RESTATEMENT"),
            "RESTATEMENT",
        ),
        (
            "<isAmendment>Y</isAmendment>" + AMENDED.format("NEW HOLDINGS"),
            "NEW HOLDINGS",
        ),
        ("<isAmendment>true</isAmendment>", "AMENDMENT"),
        ("<isAmendment>false</isAmendment>", None),
    ],
)
def test_a_restatement_is_told_from_new_holdings(
    write: Callable[..., Path], stated: Any, kept: Any
) -> None:
    path = write("a.txt", submission(cover(amendment=stated), table()))
    assert thirteen_f.read(path, Hints()).managers["amendment_type"].to_list() == [kept]


def test_a_table_that_contradicts_its_cover_page_is_said(write: Callable[..., Path]) -> None:
    path = write("a.txt", submission(cover(count="3", total="9000"), table()))
    notes = thirteen_f.read(path, Hints()).notes
    assert "the cover page counts 3 entries, the table 1" in notes
    assert "the cover page totals 9,000, the table 2,896" in notes


def test_a_notice_lists_nothing_and_says_so(write: Callable[..., Path]) -> None:
    path = write("a.txt", submission(cover(kind="13F NOTICE", count="0", total="0")))
    parsed = thirteen_f.read(path, Hints())
    assert parsed.managers.is_empty()
    assert any("13F notice" in note for note in parsed.notes)


def test_a_table_without_cover_needs_the_quarter(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="which quarter") as refusal:
        thirteen_f.read(write("a.xml", table()), Hints())
    assert "--as-of" in refusal.value.remedy


def test_the_fund_hint_is_the_managers_cik(write: Callable[..., Path]) -> None:
    hint = Hints(fund_id="123456", as_of_on=date(2024, 12, 31))
    parsed = thirteen_f.read(write("a.xml", table()), hint)
    assert parsed.managers["manager_id"].to_list() == ["0000123456"]


def test_shares_that_are_no_number_are_refused(write: Callable[..., Path]) -> None:
    parsed = thirteen_f.read(write("a.xml", table(entry(), entry(shares="ten"))), QUARTER)
    assert parsed.rejects.rows() == [(2, "shares_or_value_not_a_number", "ten", "STRATEGY INC")]


def test_another_form_and_declarations_are_refused(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="no Form 13F"):
        thirteen_f.read(write("a.xml", "<edgarSubmission/>"), QUARTER)
    with pytest.raises(DataError, match="declares a document type"):
        thirteen_f.read(write("b.xml", f"<!DOCTYPE a>{table()}"), QUARTER)
    with pytest.raises(DataError, match="neither XML nor an EDGAR submission"):
        thirteen_f.read(write("c.xml", "Name,Shares\nA,1\n"), QUARTER)


INFOTABLE = (
    "ACCESSION_NUMBER\tINFOTABLE_SK\tNAMEOFISSUER\tTITLEOFCLASS\tCUSIP\tFIGI\tVALUE\tSSHPRNAMT\t"
    "SSHPRNAMTTYPE\tPUTCALL\n"
    'A-1\t1\tSTRATEGY "INC\tCL A\t594972408\t\t2896\t10\tSH\t\n'
    "A-1\t2\tSTRATEGY INC\tCL A\t594972408\t\t2896\t10\tSH\tCall\n"
    "A-2\t3\tAPPLE INC\tCOM\t37833100\t\t250\t1\tSH\t\n"
    "A-2\t4\tBAD INC\tCOM\t037833101\t\t250\tx\tSH\t\n"
    "A-9\t5\tORPHAN INC\tCOM\t037833100\t\t250\t1\tSH\t\n"
)
SUBMISSION = (
    "ACCESSION_NUMBER\tFILING_DATE\tSUBMISSIONTYPE\tCIK\tPERIODOFREPORT\n"
    "A-1\t14-FEB-2025\t13F-HR\t0000123456\t31-DEC-2024\n"
    "A-2\t30-DEC-2022\t13F-HR/A\t77\t30-SEP-2022\n"
)
COVERPAGE = (
    "ACCESSION_NUMBER\tISAMENDMENT\tAMENDMENTTYPE\tFILINGMANAGER_NAME\n"
    "A-1\tN\t\tINVENTED CAPITAL LLC\n"
    "A-2\tY\tRESTATEMENT\tOTHER LLC\n"
)


def test_the_data_set_joins_its_three_tables(write: Callable[..., Path]) -> None:
    write("SUBMISSION.tsv", SUBMISSION)
    write("COVERPAGE.tsv", COVERPAGE)
    parsed = thirteen_f.read(write("INFOTABLE.tsv", INFOTABLE), Hints())
    frame = parsed.managers.lazy().sort("row_number").collect()
    wanted = ["manager_id", "manager_name", "as_of_on", "published_on", "amendment_type",
              "value_unit", "market_value_usd", "row_number", "cusip", "kind"]  # fmt: skip
    day = date(2024, 12, 31), date(2025, 2, 14)
    assert frame.select(wanted).rows() == [
        ("0000123456", "INVENTED CAPITAL LLC", *day, None, "usd", 2896, 2, "594972408", "equity"),
        ("0000123456", "INVENTED CAPITAL LLC", *day, None, "usd", 2896, 3, "594972408",
         "derivative"),
        ("0000000077", "OTHER LLC", date(2022, 9, 30), date(2022, 12, 30), "RESTATEMENT",
         "thousand_usd", None, 4, "037833100", "equity"),
    ]  # fmt: skip
    assert frame["issuer_name"][0] == 'STRATEGY "INC'
    assert "leading zeros" in frame["note"][2]
    assert parsed.rejects.sort("row_number").select("row_number", "reason").rows() == [
        (5, "shares_not_a_number"),
        (6, "accession_without_submission"),
    ]


def test_a_table_alone_needs_the_quarter_and_knows_no_unit(write: Callable[..., Path]) -> None:
    path = write("INFOTABLE.tsv", INFOTABLE)
    with pytest.raises(DataError, match="which quarter"):
        thirteen_f.read(path, Hints())
    frame = thirteen_f.read(path, QUARTER).managers.lazy().collect()
    assert frame["value_unit"].null_count() == frame.height == 4
    assert sorted(frame["manager_id"].unique()) == ["accession:A-1", "accession:A-2",
                                                    "accession:A-9"]  # fmt: skip


def test_another_table_of_the_set_is_named(write: Callable[..., Path]) -> None:
    with pytest.raises(DataError, match="lacks columns") as refusal:
        thirteen_f.read(write("SUBMISSION.tsv", SUBMISSION), QUARTER)
    assert "CUSIP" in str(refusal.value.facts["missing"])


@pytest.mark.real
def test_acorn_creek_has_77_entries_of_194611845_dollars(real_files: Callable[[str], Path]) -> None:
    path = real_files("13f/0001951757-25-000093_acorn_creek_2024-12-31.nc")
    parsed = thirteen_f.read(path, Hints())
    assert parsed.managers.height == 77
    assert parsed.managers["market_value_usd"].sum() == 194611845
    assert parsed.managers["as_of_on"].unique().to_list() == [date(2024, 12, 31)]
    assert parsed.managers["published_on"].unique().to_list() == [date(2025, 1, 22)]
    assert parsed.managers["manager_id"].unique().to_list() == ["0001994827"]
    assert parsed.notes == ()


@pytest.mark.real
def test_a_real_table_without_cover_has_255_rows(real_files: Callable[[str], Path]) -> None:
    path = real_files("13f/edgartools_13F-HR.infotable.xml")
    parsed = thirteen_f.read(path, Hints(as_of_on=date(2021, 9, 30)))
    assert parsed.managers.height == 255
    assert parsed.managers.filter(kind="debt").height == 3
    assert parsed.managers.filter(pl.col("cusip").is_null()).is_empty()
    assert parsed.managers["market_value_usd"].null_count() == 255
