"""One fund's newest filing: its series by ticker, its filings by the feed, its day by the text."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from loopback import Publisher, always

from flowrisk.download import filings, run
from flowrisk.errors import DataError, QuestionError

if TYPE_CHECKING:
    from flowrisk.download.client import Client

SERIES = "S000002848"
FEED = f"/cgi-bin/browse-edgar?action=getcompany&CIK={SERIES}&type=NPORT-P&count=40&output=atom"
TICKERS = {"fields": ["cik", "seriesId", "classId", "symbol"],
           "data": [[36405, SERIES, "C000007808", "VTI"], [2110, "S000009184", "C1", "LACAX"],
                    [1, "", "C2", "UITX"]]}  # fmt: skip


def folder(number: int) -> str:
    return f"/Archives/edgar/data/36405/00017527242600000{number}"


def document(day: str, series: str = SERIES, *, is_cut: bool = False) -> bytes:
    text = (
        "<edgarSubmission><headerData><seriesClassInfo><seriesId>"
        f"{series}</seriesId></seriesClassInfo></headerData><formData><genInfo><seriesId>{series}"
        f"</seriesId><repPdEnd>2026-12-31</repPdEnd><repPdDate>{day}</repPdDate></genInfo>"
        + " " * 100_000 + "</formData></edgarSubmission>\n"
    )  # fmt: skip
    return text.encode()[: 90_000 if is_cut else None]


def publish(publisher: Publisher, *listed: tuple[str, str, bytes]) -> None:
    """Publish filings as they are listed: filed on, type, document."""
    publisher.answers["/files/company_tickers_mf.json"] = always(200, json.dumps(TICKERS).encode())
    entries = "".join(
        f"<entry><category term='{form}'/><content><accession-number>0001752724-26-00000{number}"
        f"</accession-number><filing-date>{filed}</filing-date><filing-href>https://www.sec.gov"
        f"{folder(number)}/0001752724-26-00000{number}-index.htm</filing-href>"
        f"<filing-type>{form}</filing-type></content></entry>"
        for number, (filed, form, _) in enumerate(listed, 1)
    )
    publisher.answers[FEED] = always(200, f"<?xml version='1.0'?><feed>{entries}</feed>".encode())
    for number, (_, _, content) in enumerate(listed, 1):
        publisher.serve(f"{folder(number)}/primary_doc.xml", content)


NEWEST = ("2026-08-28", "NPORT-P", document("2026-06-30"))
AMENDED = ("2026-09-01", "NPORT-P/A", document("2026-03-31"))
OLDER = ("2026-05-28", "NPORT-P", document("2026-03-31"))


@pytest.mark.parametrize(
    ("listed", "as_of", "number", "day"),
    [
        ((NEWEST, OLDER), None, 1, "2026-06-30"),
        # an amendment of an older quarter stands first, and is not the newest
        ((AMENDED, NEWEST, OLDER), None, 2, "2026-06-30"),
        ((NEWEST, OLDER), "2026-06-29", 2, "2026-03-31"),
        # of two of one day the one filed last
        ((AMENDED, NEWEST, OLDER), "2026-04-30", 1, "2026-03-31"),
        ((("2026-09-02", "NPORT-EX", document("2026-08-31")), NEWEST), None, 2, "2026-06-30"),
        ((("2026-09-02", "NPORT-P", document("2026-08-31", "S000000001")), NEWEST), None, 2,
         "2026-06-30"),
    ],
)  # fmt: skip
def test_the_newest_by_its_day_is_taken(
    client: Client, publisher: Publisher, listed: tuple[tuple[str, str, bytes], ...],
    as_of: str | None, number: int, day: str,
) -> None:  # fmt: skip
    publish(publisher, *listed)
    found = filings.wanted(client, "vti", dt.date.fromisoformat(as_of) if as_of else None)
    assert found.name == f"VTI_{day}_nport.xml"
    assert found.address == f"https://www.sec.gov{folder(number)}/primary_doc.xml"


def test_a_series_id_needs_no_list_of_tickers(client: Client, publisher: Publisher) -> None:
    publish(publisher, NEWEST)
    assert filings.wanted(client, SERIES.lower(), None).name == f"{SERIES}_2026-06-30_nport.xml"
    assert not publisher.got("/files/company_tickers_mf.json")


@pytest.mark.parametrize("ticker", ["VTX", "UITX", "../../etc", ""])
def test_a_ticker_that_is_not_listed_names_the_nearest(
    client: Client, publisher: Publisher, ticker: str
) -> None:
    publish(publisher, NEWEST)
    with pytest.raises(QuestionError, match="lists no fund") as refused:
        filings.wanted(client, ticker, None)
    assert refused.value.facts["nearest"] == {"VTX": "VTI", "UITX": "UITX"}.get(ticker, "none")


def test_a_fund_without_a_filing_is_said(client: Client, publisher: Publisher) -> None:
    publish(publisher, NEWEST)
    with pytest.raises(DataError, match="up to 2020-01-01") as refused:
        filings.wanted(client, "VTI", dt.date(2020, 1, 1))
    assert refused.value.facts["days it has"] == "2026-06-30"
    publish(publisher)
    with pytest.raises(DataError, match="no Form N-PORT of this fund"):
        filings.wanted(client, "VTI", None)


@pytest.mark.parametrize(
    "content", [b"<html></html>", b"[]", b'{"fields": ["a"], "data": [[1, 2]]}']
)
def test_a_list_of_tickers_that_is_none_is_refused(
    client: Client, publisher: Publisher, content: bytes
) -> None:
    publisher.answers["/files/company_tickers_mf.json"] = always(200, content)
    with pytest.raises(DataError, match="cannot be read"):
        filings.wanted(client, "VTI", None)


def test_a_document_that_is_cut_off_comes_as_the_full_submission(
    client: Client, publisher: Publisher, tmp_path: Path
) -> None:
    publish(publisher, ("2026-08-28", "NPORT-P", document("2026-06-30", is_cut=True)))
    whole = b"<SEC-DOCUMENT>\n" + document("2026-06-30") + b"</SEC-DOCUMENT>\n"
    publisher.serve(f"{folder(1)}/0001752724-26-000001.txt", whole)
    planned = run.plan(client, run.Request("nport", fund="VTI"))
    (found,) = run.bring(client, planned, tmp_path)
    assert found.path.name == "VTI_2026-06-30_nport.txt"
    assert found.path.read_bytes() == whole
    assert {path.name for path in tmp_path.iterdir()} == {found.path.name, "manifest.json"}


def test_the_real_list_of_fund_tickers_is_read(
    client: Client, publisher: Publisher, real_file: object
) -> None:
    path = real_file("mappings/company_tickers_mf_2024-08-12.json")  # type: ignore[operator]
    publish(publisher, NEWEST)
    publisher.serve("/files/company_tickers_mf.json", path.read_bytes())
    assert filings.wanted(client, "VTI", None).name == "VTI_2026-06-30_nport.xml"
